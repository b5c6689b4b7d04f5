import { setTimeout as sleep } from 'node:timers/promises';
import type { ExchangeName } from '../../core/market/candle.ts';
import { round } from '../bench/figures.ts';
import { SCENARIOS, type Scenario } from './collectors/scenarios.ts';
import { EXCHANGES, openStage, type Stage, SYMBOLS } from './collectors/stage.ts';
import { checkViews, recovered, stored } from './collectors/stored.ts';

/** Trades are stored so long after they came, books too. */
const SETTLED = 12_000;

/**
 * Lets everything go wrong between collectors and both exchanges, one thing after the other, and holds what was stored
 * against what the exchanges know: every trade once or within a recorded gap, books and candles the exchanges'.
 */
export default async function collectorFaults(...names: string[]): Promise<boolean> {
  const stage = await openStage('collector-faults');
  Object.assign(process.env, stage.environment);
  let failures = 0;
  try {
    await Promise.all(EXCHANGES.map((exchange) => stage.start(exchange)));
    await Promise.all(EXCHANGES.map((exchange) => recovered(stage, exchange, Date.now())));
    for (const scenario of SCENARIOS) {
      if (names.length > 0 && !names.some((name) => scenario.name.includes(name))) continue;
      const played = EXCHANGES.filter((exchange) => scenario.of === undefined || scenario.of === exchange);
      const rows = await Promise.all(played.map((exchange) => play(stage, scenario, exchange)));
      for (const row of rows) console.log(JSON.stringify(row));
      failures += rows.filter(({ problems }) => problems.length > 0).length;
    }
    console.log(JSON.stringify({ failures }));
    return failures === 0;
  } finally {
    await stage.close();
  }
}

async function play(stage: Stage, scenario: Scenario, exchange: ExchangeName) {
  const before = await Promise.all(SYMBOLS.map((symbol) => stored(stage, exchange, symbol)));
  await scenario.play(stage, exchange);
  const right = Date.now();
  const problems: string[] = [];
  let seconds = 0;
  try {
    await recovered(stage, exchange, right);
    seconds = (Date.now() - right) / 1_000;
  } catch (error) {
    problems.push(String(error));
  }
  await sleep(SETTLED);
  const after = await Promise.all(SYMBOLS.map((symbol) => stored(stage, exchange, symbol)));
  problems.push(...after.flatMap((one) => one.problems));
  let lost = 0;
  for (const [index, symbol] of SYMBOLS.entries()) {
    const gone = (after[index]?.lost ?? 0) - (before[index]?.lost ?? 0);
    // While the stream gives nothing, REST does, to whoever is there to ask.
    if (gone > 0 && !(scenario.isAway && exchange === 'bybit')) problems.push(`${gone} trades of ${symbol} are lost`);
    lost += gone;
  }
  problems.push(...(await checkViews(stage, exchange)));
  const trades = after.reduce((sum, one, index) => sum + one.stored - (before[index]?.stored ?? 0), 0);
  return { fault: scenario.name, exchange, recovered_s: round(seconds), trades, lost, problems: problems.slice(0, 5) };
}
