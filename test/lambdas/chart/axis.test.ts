import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stepOpenTime } from '../../../core/market/timeframe.ts';
import { compact, localTime, momentLabel, priceTicks, timeTicks } from '../../../lambdas/chart/axis.ts';

describe('marks on the price axis', () => {
  it('are round, within the range and told apart by their decimals, at any price', () => {
    const prices = fc.tuple(fc.integer({ min: -8, max: 8 }), fc.double({ min: 1, max: 9.9, noNaN: true }));
    fc.assert(
      fc.property(prices, fc.double({ min: 0.0005, max: 0.9, noNaN: true }), ([power, mantissa], width) => {
        const low = mantissa * 10 ** power;
        const high = low * (1 + width);
        const { ticks, decimals } = priceTicks(low, high, 8);
        expect(ticks.length).toBeGreaterThanOrEqual(2);
        expect(ticks.length).toBeLessThanOrEqual(9);
        const labels = ticks.map((tick) => tick.toFixed(decimals));
        expect(new Set(labels).size).toBe(ticks.length);
        for (const [i, tick] of ticks.entries()) {
          expect(tick).toBeGreaterThanOrEqual(low * (1 - 1e-9));
          expect(tick).toBeLessThanOrEqual(high * (1 + 1e-9));
          expect(Math.abs(Number(labels[i]) - tick)).toBeLessThan((high - low) * 1e-6);
        }
      }),
    );
  });

  it('read as a trader writes them', () => {
    const labels = (low: number, high: number) => {
      const { ticks, decimals } = priceTicks(low, high, 5);
      return ticks.map((tick) => tick.toFixed(decimals));
    };
    expect(labels(67_010, 67_990)).toEqual(['67200', '67400', '67600', '67800']);
    expect(labels(0.0000078, 0.0000082)).toEqual(['0.0000078', '0.0000079', '0.0000080', '0.0000081', '0.0000082']);
    expect(labels(0.104, 0.119)).toEqual(['0.105', '0.110', '0.115']);
  });
});

describe('volumes at a glance', () => {
  it.each([
    [0, '0'],
    [0.5, '0.50'],
    [7, '7.00'],
    [123.456, '123'],
    [1234, '1.23K'],
    [45_600_000, '45.6M'],
    [7_891_000_000, '7.89B'],
    [12_000_000_000_000, '12.0T'],
  ])('%d is %s', (value, expected) => {
    expect(compact(value)).toBe(expected);
  });
});

describe('marks on the time axis', () => {
  const labels = (
    timeframe: '1m' | '15m' | '4h' | '1d' | '1w' | '1M',
    last: string,
    timezone: string,
    locale = 'es-ES',
  ) => {
    const end = Date.parse(last);
    const times = Array.from({ length: 120 }, (_, i) => stepOpenTime(timeframe, end, i - 119));
    return timeTicks(times, { timeframe, timezone, locale, least: 12 }).map((tick) => tick.label);
  };

  it('stand at round times of the user’s clock', () => {
    expect(labels('15m', '2026-03-11T10:00:00Z', 'Europe/Madrid')).toEqual([
      '06:00',
      '09:00',
      '12:00',
      '15:00',
      '18:00',
      '21:00',
      '11 mar',
      '03:00',
      '06:00',
      '09:00',
    ]);
    expect(labels('15m', '2026-03-11T10:00:00Z', 'Asia/Kolkata', 'en-GB')).toContain('11 Mar');
    expect(labels('1m', '2026-03-11T10:00:00Z', 'UTC')).toContain('09:45');
  });

  it('name days, months and years as the candles grow longer', () => {
    expect(labels('4h', '2026-03-11T08:00:00Z', 'UTC')).toContain('7 mar');
    expect(labels('1d', '2026-03-11T00:00:00Z', 'America/New_York')).toContain('12 ene');
    expect(labels('1w', '2026-03-09T00:00:00Z', 'UTC')).toEqual(expect.arrayContaining(['2025', '2026']));
    expect(labels('1M', '2026-03-01T00:00:00Z', 'UTC')).toEqual(expect.arrayContaining(['2020', '2024']));
  });

  it('keep their distance over a clock change', () => {
    const end = Date.parse('2026-03-29T12:00:00Z');
    const times = Array.from({ length: 120 }, (_, i) => stepOpenTime('30m', end, i - 119));
    const ticks = timeTicks(times, { timeframe: '30m', timezone: 'Europe/Madrid', locale: 'es-ES', least: 12 });
    const gaps = ticks.slice(1).map((tick, i) => tick.index - (ticks[i]?.index ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(9);
    expect(ticks.some((tick) => tick.label === '29 mar' && tick.major)).toBe(true);
  });

  it('are none for a single candle', () => {
    expect(timeTicks([0], { timeframe: '1m', timezone: 'UTC', locale: 'es-ES', least: 12 })).toEqual([]);
  });
});

describe('a moment', () => {
  it('is told by the clock of its timezone', () => {
    const at = Date.parse('2026-07-01T23:30:00Z');
    expect(localTime(at, 'Europe/Madrid')).toMatchObject({ year: 2026, month: 7, day: 2, minutes: 90 });
    expect(momentLabel(at, 'es-ES', 'Europe/Madrid')).toBe('2 jul 2026, 01:30 CEST');
    expect(momentLabel(at, 'en-GB', 'America/New_York')).toBe('1 Jul 2026, 19:30 GMT-4');
  });
});
