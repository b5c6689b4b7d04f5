/** Takes all messages in one of the ways that are measured, and tells its parent what that took. */

import { FIRST_TRADE, SYMBOLS } from './frames.ts';

/** What a way of collecting tells, in order: each trade, each book's change but for the snapshot. */
export interface Heard {
  trade(symbol: string, id: string): void;
  change(): void;
}

/** Begins; answers what is to be told besides, at the end. */
type Collect = (baseUrl: string, symbols: readonly string[], heard: Heard) => (() => object) | unknown;

/** Without news for so long (milliseconds) the rest is lost. */
const PATIENCE = 10_000;

const [module = '', baseUrl = '', total = '0', timed = ''] = process.argv.slice(2);
const { collect }: { collect: Collect } = await import(module);
const each = Number(total) / 2;
/** By the trade's place among all trades. */
const receivedAt = new Float64Array(timed === '' ? 0 : each);
const places = new Map(SYMBOLS.map((symbol, i) => [symbol, i]));
let usedBefore = process.cpuUsage();
let trades = 0;
let changes = 0;
let seen = 0;
let seenAt = performance.now();

const statistics = collect(baseUrl, SYMBOLS, {
  trade: (symbol, id) => {
    if (trades === 0) usedBefore = process.cpuUsage();
    trades += 1;
    if (timed === '') return;
    const place = Number(BigInt(id) - FIRST_TRADE) * SYMBOLS.length + (places.get(symbol) ?? 0);
    receivedAt[place] = performance.timeOrigin + performance.now();
  },
  change: () => {
    changes += 1;
  },
});

const timer = setInterval(() => {
  if (trades + changes > seen) {
    seen = trades + changes;
    seenAt = performance.now();
  }
  const isOver = trades >= each && changes >= each;
  if (!isOver && performance.now() < seenAt + PATIENCE) return;
  clearInterval(timer);
  const { user, system } = process.cpuUsage(usedBefore);
  const { maxRSS } = process.resourceUsage();
  const report = {
    cpuSeconds: (user + system) / 1e6,
    peakMb: maxRSS / 1024,
    lost: 2 * each - trades - changes,
    ...(typeof statistics === 'function' ? statistics() : {}),
  };
  process.send?.({ report, receivedAt: [...receivedAt] }, () => process.exit(0));
}, 20);
