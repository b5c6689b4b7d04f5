import fc from 'fast-check';
import { expect, test } from 'vitest';
import { idBound } from '../../../../core/alerts/alert-id.ts';
import { packFacts, type SignalFact, unpackFacts } from '../../../../core/alerts/statistics/facts.ts';

const text = fc.string({ unit: 'grapheme', maxLength: 12 });
const fact = fc
  .record(
    {
      ticker: text,
      exchange: fc.constantFrom('BINANCE', 'NASDAQ'),
      symbol: fc.constantFrom('BTCUSDT', 'AAPL', '"\\'),
      indicator: text,
      indicator_key: text,
      signal_type: text,
      timeframe: fc.constantFrom('15m', '4h'),
      result: fc.constantFrom('pending', 'win', 'loss', 'breakeven', 'skip'),
      profit_loss: fc.constantFrom('0', '-12.34', '0.00000001'),
    },
    { requiredKeys: [] },
  )
  .chain((facts) => fc.integer({ min: 0, max: 500 }).map((later) => ({ ...facts, later })));

test('facts are unpacked as they were packed, to the millisecond', () => {
  fc.assert(
    fc.property(fc.array(fact, { maxLength: 300 }), (drawn) => {
      let time = Date.UTC(2026, 10, 3);
      const facts: SignalFact[] = drawn.map(({ later, ...rest }) => {
        time += later;
        return { ...rest, id: idBound(time) };
      });
      expect(unpackFacts(packFacts(facts))).toEqual(facts.map((it) => ({ ...it, result: it.result ?? 'pending' })));
    }),
  );
});

test('a usual signal takes at most twelve bytes', () => {
  const random = fc.sample(
    fc.record({
      later: fc.integer({ min: 1000, max: 170_000 }),
      symbol: fc.integer({ min: 0, max: 19 }).map((number) => `COIN${number}USDT`),
      indicator: fc.constantFrom('ADX DEF [APIDEVS]', 'RSI PRO', 'Supertrend 🟢'),
      signal_type: fc.constantFrom('Divergencia Alcista 🟢', 'Divergencia Bajista 🔴'),
      timeframe: fc.constantFrom('15m', '1h', '4h'),
      result: fc.constantFrom('win', 'loss', 'breakeven', 'skip', undefined),
      cents: fc.integer({ min: -9999, max: 9999 }),
    }),
    { numRuns: 250, seed: 7 },
  );
  let time = Date.UTC(2026, 10, 3);
  const facts = random.map(({ later, symbol, indicator, signal_type, timeframe, result, cents }) => {
    time += later;
    const profit = result === 'win' || result === 'loss' ? { profit_loss: String(cents / 100) } : {};
    const market = { symbol, exchange: 'BINANCE', ticker: `BINANCE:${symbol}` };
    const name = { indicator, indicator_key: indicator.toLowerCase() };
    return { id: idBound(time), ...market, ...name, signal_type, timeframe, ...(result && { result }), ...profit };
  });
  expect(packFacts(facts).length / facts.length).toBeLessThan(12);
});

test('250 signals of the longest names and profits fit an item of 400 KB', () => {
  const letters = fc.integer({ min: 0x4e00, max: 0x9fff }).map((code) => String.fromCharCode(code));
  const name = fc.array(letters, { minLength: 200, maxLength: 200 }).map((chars) => chars.join(''));
  const digits = fc.bigInt({ min: 10n ** 37n, max: 10n ** 38n - 1n });
  const drawn = fc.sample(fc.tuple(name, name, digits), { numRuns: 250, seed: 7 });
  const facts = drawn.map(([indicator, signal_type, profit], index) => ({
    id: idBound(Date.UTC(2026, 10, 3) + index * 60_000),
    indicator,
    indicator_key: indicator,
    signal_type,
    profit_loss: `-0.${profit}`,
  }));
  expect(packFacts(facts).length).toBeLessThan(380 * 1024);
});
