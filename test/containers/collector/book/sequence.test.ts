import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Level, levelsOf } from '../../../../containers/collector/book/levels.ts';
import { BookSequence } from '../../../../containers/collector/book/sequence.ts';
import { binance } from '../../../../containers/collector/exchanges/binance.ts';
import { bybit } from '../../../../containers/collector/exchanges/bybit.ts';
import type { BookUpdate } from '../../../../containers/collector/feed/exchange.ts';

const SYMBOL = 'BTCUSDT';

/** The update after which `bids` has the level `u: u` alone. */
function change(u: number, first = u): BookUpdate {
  const gone = Array.from({ length: u - first + 1 }, (_, i): Level => [String(first - 1 + i), '0.000']);
  return {
    symbol: SYMBOL,
    snapshot: false,
    first,
    last: u,
    bids: levelsOf([...gone, [String(u), String(u)]]),
    asks: [],
    timestamp: u,
  };
}

function snapshot(u: number): BookUpdate {
  const bids = levelsOf([[String(u), String(u)]]);
  return { symbol: SYMBOL, snapshot: true, first: u, last: u, bids, asks: [], timestamp: u };
}

/** The next changes, old ones again, one that is lost, or a snapshot that may be old. */
type Step = { next: number } | { again: number } | 'lost' | { snapshot: number };

/** What the exchange and its stream do after update `u`; returns the exchange's last update. */
function take(step: Step, sequence: BookSequence, u: number): number {
  if (step === 'lost') return u + 1;
  if ('next' in step) {
    sequence.offer(change(u + step.next, u + 1));
    return u + step.next;
  }
  if ('again' in step) sequence.offer(change(u - step.again));
  else if (!sequence.inStep) sequence.offer(snapshot(u - step.snapshot));
  return u;
}

describe('a book', () => {
  it('is what the exchange’s is whenever it says that it is in step', () => {
    const steps = fc.array(
      fc.oneof(
        { arbitrary: fc.record({ next: fc.integer({ min: 1, max: 4 }) }), weight: 10 },
        { arbitrary: fc.record({ again: fc.nat(5) }), weight: 2 },
        { arbitrary: fc.constant('lost' as const), weight: 2 },
        { arbitrary: fc.record({ snapshot: fc.nat(6) }), weight: 2 },
      ),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(steps, (list) => {
        const sequence = new BookSequence();
        let u = 10;
        for (const step of list) {
          u = take(step, sequence, u);
          if (!sequence.inStep) continue;
          const level = String(sequence.last);
          expect(sequence.book.bids(5)).toEqual([[level, level]]);
        }
      }),
    );
  });

  it('leaves step at a missed update, keeps what comes, and goes on from a snapshot that is older than it', () => {
    const sequence = new BookSequence();
    expect(sequence.offer(change(5))).toBe('waiting');
    expect(sequence.offer(snapshot(4))).toBe('applied');
    expect(sequence.last).toBe(5);
    expect(sequence.offer(change(7))).toBe('out_of_step');
    expect(sequence.offer(change(8))).toBe('waiting');
    expect(sequence.inStep).toBe(false);
    expect(sequence.offer(snapshot(5))).toBe('out_of_step');
    expect(sequence.offer(snapshot(6))).toBe('applied');
    expect([sequence.inStep, sequence.last]).toEqual([true, 8]);
    expect(sequence.offer(change(8))).toBe('old');
  });

  it('begins anew with a snapshot at any time, also where the exchange counts from 1 again', () => {
    const sequence = new BookSequence();
    sequence.offer(snapshot(100));
    expect(sequence.offer(snapshot(1))).toBe('applied');
    expect(sequence.offer(change(2))).toBe('applied');
    expect(sequence.book.bids(2)).toEqual([['2', '2']]);
  });
});

const RECORDED = new URL('../../../../../shared/data/exchanges/cryptofeed/', import.meta.url);

interface Line {
  t: string;
  url?: string;
  data: string;
}

function lines(file: string): Line[] {
  const text = readFileSync(new URL(file, RECORDED), 'utf8').trim();
  return text.split('\n').map((line): Line => JSON.parse(line));
}

// Recordings lie beside the repository where there are any, and are no part of it.
if (existsSync(RECORDED))
  describe('recorded books', () => {
    it('of Bybit stay in step from the first message to the last', () => {
      const sequence = new BookSequence();
      for (const { t, data } of lines('bybit-v5-spot-BTCUSDT-20260809.jsonl')) {
        const frame = t === 'recv' ? bybit.read(Buffer.from(data), 0) : undefined;
        if (frame?.kind === 'book') expect(sequence.offer(frame.update)).toBe('applied');
      }
      const [bid] = sequence.book.bids(1);
      const [ask] = sequence.book.asks(1);
      expect(Number(bid?.[0])).toBeLessThan(Number(ask?.[0]));
      expect(sequence.book.bids(1000)).toHaveLength(200);
    });

    it('of Binance are bridged from their REST snapshots', () => {
      const books = new Map<string, BookSequence>();
      const bookOf = (symbol: string) => {
        const known = books.get(symbol) ?? new BookSequence();
        books.set(symbol, known);
        return known;
      };
      for (const { t, url, data } of lines('binance-spot-20211012.jsonl')) {
        if (t === 'http') {
          const symbol = URL.parse(url ?? '')?.searchParams.get('symbol') ?? '';
          const { lastUpdateId, bids, asks }: { lastUpdateId: number; bids: Level[]; asks: Level[] } = JSON.parse(data);
          const update = { symbol, snapshot: true, first: lastUpdateId, last: lastUpdateId, timestamp: 0 };
          bookOf(symbol).offer({ ...update, bids: levelsOf(bids), asks: levelsOf(asks) });
        } else if (t === 'recv') {
          const frame = binance.read(Buffer.from(data), 0);
          if (frame.kind === 'book') expect(bookOf(frame.update.symbol).offer(frame.update)).not.toBe('out_of_step');
        }
      }
      expect(books.size).toBe(4);
      for (const sequence of books.values()) expect(sequence.inStep).toBe(true);
    });
  });
