import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Trade } from '../../../core/market/trade.ts';
import { packTrades, unpackTrades } from '../../../core/market/trade-chunk.ts';

const MARKET = { exchange: 'bybit', symbol: 'BTCUSDT' } as const;

const digits = (most: number) => fc.stringMatching(new RegExp(`^[0-9]{1,${most}}$`));
/** As exchanges write them, and in other ways that are decimals too. */
const decimal = fc.oneof(
  fc.tuple(fc.nat(200_000), fc.nat(99)).map(([whole, cents]) => `${whole}.${String(cents).padStart(2, '0')}`),
  fc.nat(99_999_999).map((units) => `0.${String(units).padStart(8, '0')}`),
  fc.double({ min: 0, max: 1e6, noNaN: true }).map((value) => String(Number(value.toFixed(5)))),
  fc.tuple(digits(20), digits(20)).map(([whole, fraction]) => `${whole}.${fraction}`),
  digits(25),
  fc.constantFrom('0', '0.0', '0.00000001', '123456789012345.12345678', '1e5', '', '.5', '5.', '-1'),
);

const trade: fc.Arbitrary<Trade> = fc
  .record({
    tradeId: fc.oneof(fc.bigInt(0n, 10n ** 20n - 1n), fc.bigInt(2n ** 62n, 2n ** 62n + 40n)).map(String),
    side: fc.constantFrom('buy', 'sell'),
    price: decimal,
    quantity: decimal,
    timestamp: fc.oneof(fc.nat(9_999_999_999_999), fc.integer({ min: 1_790_000_000_000, max: 1_790_000_000_100 })),
    lag: fc.integer({ min: -5_000, max: 5_000 }),
  })
  .map(({ lag, ...rest }) => ({ ...MARKET, ...rest, receivedAt: rest.timestamp + lag }));

describe('a chunk of trades', () => {
  it('gives back exactly the trades that went in', () => {
    fc.assert(
      fc.property(fc.array(trade, { minLength: 1, maxLength: 30 }), (trades) => {
        const { data, count } = packTrades(trades);
        expect(count).toBe(trades.length);
        expect(unpackTrades(data, MARKET)).toEqual(trades);
      }),
    );
  });

  it('takes as many of the first as fit, and one at least', () => {
    fc.assert(
      fc.property(fc.array(trade, { minLength: 1, maxLength: 30 }), fc.nat(400), (trades, most) => {
        const { data, count } = packTrades(trades, most);
        expect(unpackTrades(data, MARKET)).toEqual(trades.slice(0, count));
        expect(count === 1 || data.length <= most).toBe(true);
      }),
    );
  });

  it('that is cut off or of another format is refused', () => {
    const { data } = packTrades(fc.sample(trade, 1));
    expect(() => unpackTrades(data.subarray(0, -1), MARKET)).toThrow(RangeError);
    expect(() => unpackTrades(Uint8Array.of(9, ...data.subarray(1)), MARKET)).toThrow(/format 9/);
  });
});
