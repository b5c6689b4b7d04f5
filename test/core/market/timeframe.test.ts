import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CHART_TIMEFRAMES, chartTimeframe, openTimeOf, stepOpenTime } from '../../../core/market/timeframe.ts';

const timeframes = fc.constantFrom(...CHART_TIMEFRAMES);
const moments = fc.integer({ min: Date.UTC(2015, 0, 1), max: Date.UTC(2035, 0, 1) });

describe('candle times', () => {
  it('holds every moment in exactly one candle', () => {
    fc.assert(
      fc.property(timeframes, moments, (timeframe, at) => {
        const open = openTimeOf(timeframe, at);
        const next = stepOpenTime(timeframe, open, 1);
        expect(open).toBeLessThanOrEqual(at);
        expect(next).toBeGreaterThan(at);
        expect(openTimeOf(timeframe, open)).toBe(open);
        expect(openTimeOf(timeframe, next - 1)).toBe(open);
        expect(stepOpenTime(timeframe, next, -1)).toBe(open);
      }),
    );
  });

  it('begins weeks on Monday and months on the first, in UTC', () => {
    const saturday = Date.parse('2026-02-28T23:59:59.999Z');
    expect(new Date(openTimeOf('1w', saturday)).toISOString()).toBe('2026-02-23T00:00:00.000Z');
    expect(new Date(openTimeOf('1M', saturday)).toISOString()).toBe('2026-02-01T00:00:00.000Z');
    expect(new Date(stepOpenTime('1M', openTimeOf('1M', saturday), -2)).toISOString()).toBe('2025-12-01T00:00:00.000Z');
    expect(new Date(openTimeOf('12h', saturday)).toISOString()).toBe('2026-02-28T12:00:00.000Z');
  });
});

describe('the timeframe of a chart', () => {
  it.each([
    ['4h', '4h'],
    ['1M', '1M'],
    ['1m', '1m'],
    ['30s', '1m'],
    ['10m', '15m'],
    ['45m', '1h'],
    ['40m', '30m'],
    ['3h', '4h'],
    ['8h', '6h'],
    ['2d', '1d'],
    ['3M', '1M'],
    ['whatever', '15m'],
    ['0m', '15m'],
  ])('is for a signal of %s %s', (signal, expected) => {
    expect(chartTimeframe(signal)).toBe(expected);
  });

  it('is 15m where the signal has none', () => {
    expect(chartTimeframe(null)).toBe('15m');
  });
});
