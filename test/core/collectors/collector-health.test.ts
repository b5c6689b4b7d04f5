import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Collector, CollectorReport } from '../../../core/collectors/collector.ts';
import { countCollectors, stalenessOf } from '../../../core/collectors/collector-health.ts';
import { reduce, type TaskEvent, type TaskRecord } from '../../../core/tasks/record.ts';
import { keptRunning } from '../../../core/tasks/restart.ts';
import type { StoredTask } from '../../../core/tasks/task-records.ts';

const NOW = Date.parse('2026-11-22T10:00:00Z');
const MINUTE = 60_000;
const SPEC: Collector = { exchange: 'bybit', channels: ['trades'], timeframe: null, symbols: null };

type Statistics = CollectorReport['statistics'][number];

function marketOf(changes: Partial<Statistics>): Statistics {
  return {
    exchange: 'bybit',
    symbol: 'BTCUSDT',
    messages: 1,
    messagesPerSecond: 1,
    trades: 1,
    reconnects: 0,
    gaps: 0,
    resyncs: 0,
    bookInStep: null,
    lastMessageAt: new Date(NOW).toISOString(),
    confirmedAt: null,
    lagMs: 1,
    circuit: 'closed',
    ...changes,
  };
}

function recordOf(...events: TaskEvent[]): TaskRecord {
  const record = events.reduce<TaskRecord | undefined>(
    (it, event) => reduce(it, event, NOW, 0, keptRunning),
    undefined,
  );
  if (!record) throw new Error('There is no record');
  return record;
}
const START: TaskEvent[] = [
  { type: 'start' },
  { type: 'launched', generation: 1, pid: 'one' },
  { type: 'task', generation: 1, pid: 'one', version: 2, startedAt: NOW, end: null },
];

/** One that runs since `NOW`; `after` milliseconds later it was heard, and says this of its market. */
function running(after: number, market: Partial<Statistics> = {}): StoredTask<Collector, CollectorReport> {
  return {
    name: 'bybit_trades',
    spec: SPEC,
    task: recordOf(...START),
    heartbeat: { generation: 1, at: NOW + after },
    report: { symbols: ['BTCUSDT'], statistics: [marketOf(market)] },
    signals: 0,
  };
}

describe('a collector that runs is stale', () => {
  test('when it is not heard for half a minute, also where it never was', () => {
    const { heartbeat, report, ...unheard } = running(0);
    for (const stored of [running(0), unheard]) {
      expect(stalenessOf(stored, NOW + 20_000)).toBeUndefined();
      expect(stalenessOf(stored, NOW + 31_000)).toBe('silent');
    }
  });

  test('when the exchange does not let it in', () => {
    expect(stalenessOf(running(1000, { circuit: 'open' }), NOW + 2000)).toBe('no_connection');
  });

  test('when one of its symbols says nothing for five minutes', () => {
    for (const lastMessageAt of [null, new Date(NOW).toISOString(), new Date(NOW - MINUTE).toISOString()]) {
      expect(stalenessOf(running(4 * MINUTE, { lastMessageAt }), NOW + 4 * MINUTE)).toBeUndefined();
      expect(stalenessOf(running(6 * MINUTE, { lastMessageAt }), NOW + 6 * MINUTE)).toBe('no_messages');
    }
  });

  test('but not where REST says that there was nothing to tell', () => {
    const confirmedAt = new Date(NOW + 4 * MINUTE).toISOString();
    expect(stalenessOf(running(6 * MINUTE, { confirmedAt }), NOW + 6 * MINUTE)).toBeUndefined();
    expect(stalenessOf(running(10 * MINUTE, { confirmedAt }), NOW + 10 * MINUTE)).toBe('no_messages');
  });

  test('and not by what an earlier life has left', () => {
    const stored = { ...running(-1000, { circuit: 'open' }), heartbeat: { generation: 0, at: NOW - 1000 } };
    expect(stalenessOf(stored, NOW + 1000)).toBeUndefined();
  });
});

test('each collector is counted once, the stopped ones never, stale ones among those that run', () => {
  const stopped = { ...running(0), task: recordOf(...START, { type: 'stop' }) };
  const starting = { ...running(0), task: recordOf({ type: 'start' }), heartbeat: undefined };
  const givenUp = { ...running(0), task: { ...recordOf(...START), failure: 'it died' } };
  const kinds = { fresh: running(MINUTE), silent: running(0), stopped, starting, givenUp };
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...(Object.keys(kinds) as (keyof typeof kinds)[]))), (names) => {
      const of = (...wanted: string[]) => names.filter((name) => wanted.includes(name)).length;
      const counts = countCollectors(
        names.map((name) => kinds[name]),
        NOW + MINUTE,
      );
      expect(counts).toEqual({
        running: of('fresh', 'silent'),
        starting: of('starting'),
        error: of('givenUp'),
        stale: of('silent'),
      });
    }),
  );
});
