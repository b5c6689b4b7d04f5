import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ExchangeName } from '../../core/market/candle.ts';
import { median, round } from '../bench/figures.ts';
import { SCENARIOS } from './collectors/scenarios.ts';
import { EXCHANGES, openStage, type Stage, SYMBOLS } from './collectors/stage.ts';
import { checkViews, recovered, stored } from './collectors/stored.ts';

const MINUTES = 10;
/** Between one fault and the next. */
const PAUSE = { least: 2_000, most: 12_000 };
const SAMPLE = 5_000;
const SETTLED = 12_000;
/** What a process may have grown from the second quarter of the time to the last. */
const GROWTH = 1.2;

/** Both exchanges for ten minutes (or as many as given) with faults by chance: nothing is lost that they could still give. */
export default async function soak(minutes = String(MINUTES)): Promise<boolean> {
  const stage = await openStage('soak');
  Object.assign(process.env, stage.environment);
  try {
    await Promise.all(EXCHANGES.map((exchange) => stage.start(exchange)));
    await Promise.all(EXCHANGES.map((exchange) => recovered(stage, exchange, Date.now())));
    const until = Date.now() + Number(minutes) * 60_000;
    const rows = await Promise.all(EXCHANGES.map((exchange) => endure(stage, exchange, until)));
    for (const row of rows) console.log(JSON.stringify(row));
    return rows.every(({ problems }) => problems.length === 0);
  } finally {
    await stage.close();
  }
}

async function endure(stage: Stage, exchange: ExchangeName, until: number) {
  // A process that begins anew would say nothing of memory.
  const possible = SCENARIOS.filter(
    ({ of, isLong, isAway }) => !isLong && !isAway && (of === undefined || of === exchange),
  );
  const memory: number[] = [];
  const sampling = setInterval(() => memory.push(residentMegabytes(stage.processOf(exchange))), SAMPLE);
  let faults = 0;
  try {
    while (Date.now() < until) {
      await possible[Math.floor(Math.random() * possible.length)]?.play(stage, exchange);
      faults += 1;
      await sleep(PAUSE.least + Math.random() * (PAUSE.most - PAUSE.least));
    }
  } finally {
    clearInterval(sampling);
  }
  const problems: string[] = [];
  await recovered(stage, exchange, Date.now()).catch((error: unknown) => problems.push(String(error)));
  await sleep(SETTLED);
  const all = await Promise.all(SYMBOLS.map((symbol) => stored(stage, exchange, symbol)));
  const lost = all.reduce((sum, one) => sum + one.lost, 0);
  problems.push(...all.flatMap((one) => one.problems), ...(await checkViews(stage, exchange)));
  if (lost > 0) problems.push(`${lost} trades are lost`);
  const quarter = Math.floor(memory.length / 4);
  const [early, late] = [median(memory.slice(quarter, 2 * quarter)), median(memory.slice(-quarter))];
  if (late > early * GROWTH) problems.push(`The process grew from ${early} to ${late} MB`);
  const trades = all.reduce((sum, one) => sum + one.stored, 0);
  const megabytes = { early: round(early), late: round(late), most: round(Math.max(...memory)) };
  return { exchange, faults, trades, lost, megabytes, problems: problems.slice(0, 10) };
}

function residentMegabytes(pid: number): number {
  return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1_024;
}
