import fc from 'fast-check';
import { expect, test } from 'vitest';
import { statistics } from '../../../../core/alerts/statistics/statistics.ts';
import {
  EMPTY,
  merge,
  type Outcome,
  type Summary,
  summaryOf,
  summarySchema,
} from '../../../../core/alerts/statistics/summary.ts';
import { recountStatistics } from './recount.ts';

const outcome = fc.record(
  {
    result: fc.constantFrom('win', 'loss', 'breakeven', 'skip', 'pending'),
    profit_loss: fc.oneof(
      fc.integer({ min: -300, max: 300 }).map((cents) => (cents / 100).toFixed(2)),
      fc.constantFrom('0', '-0', '0.00000001', '-0.00000001', '123456789012345.12345678', '-123456789012345.12345678'),
    ),
  },
  { requiredKeys: [] },
);
const outcomes = fc.array(outcome, { maxLength: 25 });

function plain(summary: Summary): unknown {
  return JSON.parse(JSON.stringify(summary));
}

test('summaries merge in any way of cutting, and the empty one changes nothing', () => {
  fc.assert(
    fc.property(outcomes, outcomes, outcomes, (a, b, c) => {
      const [first, second, third] = [summaryOf(a), summaryOf(b), summaryOf(c)];
      const whole = plain(summaryOf([...a, ...b, ...c]));
      expect(plain(merge(merge(first, second), third))).toEqual(whole);
      expect(plain(merge(first, merge(second, third)))).toEqual(whole);
      expect(plain(merge(first, EMPTY))).toEqual(plain(first));
      expect(plain(merge(EMPTY, first))).toEqual(plain(first));
    }),
    { numRuns: 500 },
  );
});

test('a stored summary is read as it was', () => {
  fc.assert(
    fc.property(outcomes, (signals) => {
      const summary = summaryOf(signals);
      expect(plain(summarySchema.parse(plain(summary)))).toEqual(plain(summary));
    }),
  );
});

test('the figures are those of a recount', () => {
  fc.assert(
    fc.property(outcomes, (signals) => {
      const listed = signals.map(({ result = 'pending', profit_loss = null }) => ({
        created_at: '2026-11-03T12:00:00.000Z',
        symbol: null,
        indicator: null,
        indicator_key: null,
        signal_type: null,
        timeframe: null,
        screenshot_status: 'completed',
        result,
        profit_loss,
      }));
      const counts = { this_month: signals.length, screenshots_pending: 0 };
      expect(statistics(summaryOf(signals), counts)).toEqual(recountStatistics(listed, Date.UTC(2026, 10, 5)));
    }),
    { numRuns: 500 },
  );
});

test('figures of a small history', () => {
  const history: Outcome[] = [
    { result: 'win', profit_loss: '10' },
    { result: 'win', profit_loss: '0.5' },
    { result: 'breakeven', profit_loss: '0' },
    { result: 'win' },
    { result: 'loss', profit_loss: '-4' },
    { result: 'skip' },
    { result: 'loss', profit_loss: '-3.00000001' },
    { profit_loss: '1' },
    { result: 'loss', profit_loss: '-3' },
  ];
  expect(statistics(summaryOf(history), { this_month: 9, screenshots_pending: 1 })).toEqual({
    total_signals: 9,
    this_month: 9,
    screenshots_pending: 1,
    win_rate: 50,
    wins: 3,
    losses: 3,
    breakevens: 1,
    skips: 1,
    pending: 1,
    profit_loss: '1.49999999',
    profit_factor: 1.15,
    average_win: '3.83333333',
    average_loss: '-3.33333334',
    largest_win: '10',
    largest_loss: '-4',
    current_streak: { kind: 'loss', length: 3 },
    longest_win_streak: 3,
    longest_loss_streak: 3,
    max_drawdown: '9.00000001',
  });
});

test('of nothing there are no rates, averages and extremes', () => {
  expect(statistics(EMPTY, { this_month: 0, screenshots_pending: 0 })).toMatchObject({
    total_signals: 0,
    win_rate: null,
    profit_loss: '0',
    profit_factor: null,
    average_win: null,
    largest_loss: null,
    current_streak: null,
    max_drawdown: '0',
  });
});
