import { Big } from 'big.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareDecimals, DecimalSum } from '../../../core/market/decimals.ts';

const decimals = fc
  .tuple(fc.bigInt({ min: 0n, max: 10n ** 20n }), fc.oneof(fc.constant(''), fc.stringMatching(/^\d{1,18}$/)))
  .map(([whole, fraction]) => (fraction === '' ? String(whole) : `${whole}.${fraction}`));
const usual = fc
  .tuple(fc.nat(100_000), fc.nat(99_999))
  .map(([whole, fraction]) => `${whole}.${String(fraction).padStart(5, '0')}`);

describe('decimals', () => {
  it('are added without rounding', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(decimals, usual), { maxLength: 30 }), (list) => {
        const sum = new DecimalSum();
        for (const decimal of list) sum.add(decimal);
        const expected = list.reduce((total, decimal) => total.plus(decimal), new Big(0));
        expect(sum.toString()).toBe(expected.toFixed());
      }),
    );
  });

  it('are compared exactly, also where numbers can’t tell them apart', () => {
    fc.assert(
      fc.property(fc.oneof(decimals, usual), fc.oneof(decimals, usual), (a, b) => {
        expect(Math.sign(compareDecimals(a, b))).toBe(new Big(a).cmp(b));
      }),
    );
    expect(compareDecimals('0.1000000000000000000001', '0.1')).toBe(1);
    expect(compareDecimals('1.50', '1.5')).toBe(0);
  });
});
