import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { byKey, recountAnalytics, recountStatistics } from './recount.ts';
import type { Fields } from './signals.ts';
import { type StatisticsTable, startStatisticsTable } from './table.ts';

/**
 * Readers that make segments and writers of the same signals, stopped before each of their calls to DynamoDB and let go
 * on in every order; some die on the way. Whatever the order was, what is kept is never behind the signals.
 */

const CUT = { signals: 3, settledAfterMs: 1000 };
const SIGNALS = 7;
const START = Date.UTC(2026, 10, 3, 12);
const NOW = START + 3_600_000;

const actors = new AsyncLocalStorage<Actor>();

class Actor {
  #release = () => {};
  /** Told when the actor waits at its gate or has ended. */
  #stops = () => {};
  #callsLeft: number;
  ended = false;

  constructor(dyingAfter = Number.POSITIVE_INFINITY) {
    this.#callsLeft = dyingAfter;
  }

  /** Runs up to the first call. */
  start(work: () => Promise<unknown>): Promise<void> {
    return this.#untilItStops(() => actors.run(this, work).then(() => this.#end()));
  }

  /** Makes the call that it waits to make, and runs up to the next one. */
  goOn(): Promise<void> {
    return this.#untilItStops(() => this.#release());
  }

  /** Before each call. Who dies never comes back from here. */
  gate(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#callsLeft === 0) return this.#end();
      this.#callsLeft -= 1;
      this.#release = resolve;
      this.#stops();
    });
  }

  #end(): void {
    this.ended = true;
    this.#stops();
  }

  #untilItStops(move: () => unknown): Promise<void> {
    return new Promise((resolve) => {
      this.#stops = resolve;
      move();
    });
  }
}

let table: StatisticsTable['table'];
let signals: StatisticsTable['signals'];
let reports: StatisticsTable['reports'];
let history: StatisticsTable['history'];
let budgets: StatisticsTable['budgets'];
let segments: StatisticsTable['segments'];
let stored: StatisticsTable['stored'];

beforeAll(async () => {
  ({ table, signals, reports, history, budgets, segments, stored } = await startStatisticsTable());
  const { dynamodb } = await import('../../../../core/aws/dynamodb.ts');
  dynamodb.middlewareStack.add(
    (next) => async (input) => {
      await actors.getStore()?.gate();
      return next(input);
    },
    { step: 'initialize', name: 'gate' },
  );
});
afterAll(() => table?.close());

const fields: fc.Arbitrary<Fields> = fc.record({
  symbol: fc.constantFrom('BTCUSDT', 'AAPL', undefined),
  result: fc.constantFrom('win', 'loss', undefined),
  profit_loss: fc.constantFrom('1', '-2.5', undefined),
});
const which = fc.nat({ max: SIGNALS - 1 });
const work = fc.oneof(
  { weight: 3, arbitrary: fc.constant({ kind: 'build' as const }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('change'), which, fields }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('delete'), which }) },
);
type Work = typeof work extends fc.Arbitrary<infer T> ? T : never;

function build(locator: string) {
  return history.readHistory(locator, new budgets.ReadBudget(4), { now: NOW, cut: CUT });
}

async function perform(locator: string, ids: readonly string[], it: Work | undefined): Promise<void> {
  if (it === undefined || it.kind === 'build') {
    await build(locator);
    return;
  }
  const id = ids[it.which] ?? '';
  const write = it.kind === 'change' ? signals.updateOf(locator, id, it.fields) : signals.deletionOf(locator, id);
  await segments.writeWithSegment(locator, id, write);
}

interface Part {
  work: Work;
  /** Calls that it makes before it dies. */
  dyingAfter?: number;
}

/**
 * Plays a cast on seven signals, each call chosen by its number among those that are waiting to be made, and compares
 * what is kept then with a recount. Returns how many segments are kept.
 */
async function play(
  cast: readonly Part[],
  choose: (waiting: number) => number,
  { builtBefore = false, initial = [] }: { builtBefore?: boolean; initial?: readonly Fields[] } = {},
): Promise<number> {
  const locator = randomUUID();
  const made = Array.from({ length: SIGNALS }, (_, index) =>
    signals.newSignal(locator, START + index, initial[index] ?? {}),
  );
  await Promise.all(made.map((signal) => stored.putSignal(locator, signal)));
  const ids = made.map(({ id }) => id);
  if (builtBefore) await build(locator);

  const playing = cast.map(({ dyingAfter }) => new Actor(dyingAfter));
  await Promise.all(playing.map((actor, index) => actor.start(() => perform(locator, ids, cast[index]?.work))));
  for (;;) {
    const waiting = playing.filter((actor) => !actor.ended);
    if (waiting.length === 0) break;
    await waiting[choose(waiting.length)]?.goOn();
  }

  const list = await signals.listed(locator);
  let kept = 0;
  // The first reader may have to put right what was left behind; the second takes what is kept as it is.
  for (const reader of ['first', 'second']) {
    expect(await reports.readStatistics(locator, NOW, CUT), reader).toEqual(recountStatistics(list, NOW));
    const groups = await reports.readAnalytics(locator, 'symbol', {}, NOW, CUT);
    expect(byKey(groups), reader).toEqual(byKey(recountAnalytics(list, 'symbol')));
    kept = (await build(locator)).segments.length;
  }
  return kept;
}

test('in any order of calls, and whoever dies, nothing that is kept stays behind the signals', async () => {
  let kept = 0;
  const parts = fc.array(fc.record({ work, dyingAfter: fc.constantFrom(99, 99, 99, 1, 2, 3, 4) }), {
    minLength: 2,
    maxLength: 4,
  });
  const initials = fc.array(fields, { minLength: SIGNALS, maxLength: SIGNALS });
  await fc.assert(
    fc.asyncProperty(
      fc.boolean(),
      initials,
      parts,
      fc.infiniteStream(fc.nat()),
      async (builtBefore, initial, cast, order) => {
        const choose = (waiting: number) => (order.next().value ?? 0) % waiting;
        kept += await play(cast, choose, { builtBefore, initial });
      },
    ),
    { numRuns: 40 },
  );
  expect(kept).toBeGreaterThan(10);
}, 120_000);

/** All ways in which the calls of two may follow one another, as far as either makes so many. */
function orders(a: number, b: number): (0 | 1)[][] {
  if (a === 0 || b === 0) return [[...Array<0>(a).fill(0), ...Array<1>(b).fill(1)]];
  return [
    ...orders(a - 1, b).map((rest): (0 | 1)[] => [0, ...rest]),
    ...orders(a, b - 1).map((rest): (0 | 1)[] => [1, ...rest]),
  ];
}

const change: Work = { kind: 'change', which: 1, fields: { result: 'win', profit_loss: '5', symbol: 'AAPL' } };
const deletion: Work = { kind: 'delete', which: 0 };
const building: Work = { kind: 'build' };

test.each([
  ['a change while the first segments are made', change, building, false],
  ['a deletion while the first segments are made', deletion, building, false],
  ['two makers of the first segments', building, building, false],
  ['a change and a deletion in one segment', change, deletion, true],
])(
  '%s, in every order of calls',
  async (_, first, second, builtBefore) => {
    for (const order of orders(2, 4)) {
      const cast = [{ work: first }, { work: second }];
      // Who has no more calls to make in the order makes the rest of them after it.
      const choose = (waiting: number) => (waiting === 1 ? 0 : (order.shift() ?? 0));
      await play(cast, choose, { builtBefore });
    }
  },
  120_000,
);

test('many writers of one segment at once all succeed', async () => {
  const locator = randomUUID();
  const made = Array.from({ length: 6 }, (_, index) => signals.newSignal(locator, START + index, {}));
  for (const signal of made) await stored.putSignal(locator, signal);
  await build(locator);
  const written = await Promise.all(
    Array.from({ length: 30 }, (_, index) => {
      const id = made[index % made.length]?.id ?? '';
      return segments.writeWithSegment(locator, id, signals.updateOf(locator, id, { profit_loss: String(index) }));
    }),
  );
  expect(written).toEqual(Array(30).fill(true));
  const list = await signals.listed(locator);
  expect(await reports.readStatistics(locator, NOW, CUT)).toEqual(recountStatistics(list, NOW));
});

test('a write whose own condition fails says so and changes nothing', async () => {
  const locator = randomUUID();
  const [signal] = [signals.newSignal(locator, START, { result: 'win' })];
  await stored.putSignal(locator, signal);
  expect(await segments.writeWithSegment(locator, signal.id, signals.deletionOf(locator, signal.id))).toBe(true);
  expect(await segments.writeWithSegment(locator, signal.id, signals.deletionOf(locator, signal.id))).toBe(false);
  const change = signals.updateOf(locator, signal.id, { result: 'loss' });
  expect(await segments.writeWithSegment(locator, signal.id, change)).toBe(false);
  expect(await signals.listed(locator)).toEqual([]);
});
