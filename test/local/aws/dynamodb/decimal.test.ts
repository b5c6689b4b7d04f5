import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decimalSum } from '../../../../local/aws/dynamodb/decimal.ts';

/** `digits` hundredths in plain notation. */
const hundredths = (digits: bigint) => {
  const text = String(digits < 0n ? -digits : digits).padStart(3, '0');
  return `${digits < 0n ? '-' : ''}${text.slice(0, -2)}.${text.slice(-2)}`.replace(/\.?0+$/, '').replace(/^-?$/, '0');
};

it('adds and subtracts as integers of the smallest place', () => {
  const amount = fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n });
  fc.assert(
    fc.property(amount, amount, (a, b) => {
      expect(decimalSum(hundredths(a), hundredths(b), 1n)).toBe(hundredths(a + b));
      expect(decimalSum(hundredths(a), hundredths(b), -1n)).toBe(hundredths(a - b));
    }),
  );
});

it('keeps to the range of DynamoDB', () => {
  const largest = `${'9'.repeat(38)}${'0'.repeat(88)}`;
  expect(decimalSum(largest, '0', 1n)).toBe(largest);
  expect(() => decimalSum(largest, `1${'0'.repeat(88)}`, 1n)).toThrow('magnitude larger');
  expect(() => decimalSum('1', `0.${'0'.repeat(38)}1`, 1n)).toThrow('38 significant digits');
});
