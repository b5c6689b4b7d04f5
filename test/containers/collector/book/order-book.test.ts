import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Level, levelOf, levelsOf } from '../../../../containers/collector/book/levels.ts';
import { OrderBook } from '../../../../containers/collector/book/order-book.ts';
import { compareDecimals } from '../../../../core/market/decimals.ts';

/** Prices near each other, written with and without zeros at their ends, and some far away. */
const prices = fc.oneof(
  fc
    .record({ whole: fc.nat(120), cents: fc.nat(99), zeros: fc.nat(6) })
    .map(({ whole, cents, zeros }) => `${whole}.${String(cents).padStart(2, '0')}${'0'.repeat(zeros)}`),
  fc.constantFrom('0.00000001', '0.000000010', '9999999.12345678', '9999999.12345679', '1650000000.00000000', '65000'),
);
const quantities = fc.constantFrom('0', '0.000', '0.5', '12', '0.00000001');
const changes = fc.array(fc.tuple(prices, quantities), { maxLength: 12 });
const updates = fc.array(fc.record({ snapshot: fc.boolean(), bids: changes, asks: changes }), { maxLength: 20 });

/** The levels by what their prices are worth, however they are written. */
function byWorth(levels: readonly Level[]): Level[] {
  return levels.map(([price, quantity]) => [price.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, ''), quantity]);
}

/** What a side is after such changes, by a map of everything. */
function changed(side: Map<string, string>, levels: Level[]): void {
  for (const [price, quantity] of byWorth(levels)) {
    if (Number(quantity) === 0) side.delete(price);
    else side.set(price, quantity);
  }
}

it('a book has the last quantity of each price, best first', () => {
  fc.assert(
    fc.property(updates, (list) => {
      const book = new OrderBook();
      const sides = { bids: new Map<string, string>(), asks: new Map<string, string>() };
      for (const { snapshot, ...levels } of list) {
        const numbers = { bids: levelsOf(levels.bids), asks: levelsOf(levels.asks) };
        book.apply({ symbol: 'BTCUSDT', snapshot, first: 1, last: 1, timestamp: 1, ...numbers });
        for (const name of ['bids', 'asks'] as const) {
          if (snapshot) sides[name].clear();
          changed(sides[name], levels[name]);
        }
      }
      expect(byWorth(book.bids(500))).toEqual([...sides.bids].sort(([a], [b]) => compareDecimals(b, a)));
      expect(byWorth(book.asks(500))).toEqual([...sides.asks].sort(([a], [b]) => compareDecimals(a, b)));
    }),
  );
});

it('a level is written as it was read, and refused where a number does not hold it', () => {
  const digits = fc.nat({ max: 999_999_999_999_999 }).map(String);
  const decimal = fc.record({ digits, point: fc.nat(20), zeros: fc.nat(11) }).map(({ digits: all, point, zeros }) => {
    const text = all.padStart(point + 1, '0');
    const fraction = text.slice(text.length - point) + '0'.repeat(zeros);
    return point === 0 || fraction === '' ? all : `${text.slice(0, -point)}.${fraction}`;
  });
  fc.assert(
    fc.property(decimal, decimal, (price, quantity) => {
      const [first = 0, second = 0, decimals = 0] = levelsOf([[price, quantity]]);
      expect(levelOf(first, second, decimals)).toEqual([price, quantity]);
    }),
  );
  for (const odd of ['1234567890123456', '0.1234567890123456', `0.${'0'.repeat(32)}`]) {
    expect(() => levelsOf([[odd, '1']])).toThrow(RangeError);
  }
});
