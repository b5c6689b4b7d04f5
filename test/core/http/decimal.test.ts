import Big from 'big.js';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import * as z from 'zod/mini';
import { decimal, decimalsAsText, plainDecimal } from '../../../core/http/decimal.ts';

const body = z.strictObject({
  price: z.optional(z.nullable(decimal)),
  count: z.optional(z.number()),
  notes: z.optional(z.string()),
});
const read = (json: string) => body.safeParse(JSON.parse(json, decimalsAsText(body))).data;

test.each([
  ['123456789012345.12345678'],
  ['0.00000001'],
  ['67890.50'],
  ['-37.63'],
  ['0.00'],
  ['99999999999999999999999999999999999999'],
  ['-0.0000000000000000000000000000000000000001'],
])('%s comes out as it went in, as text and as a number', (written) => {
  expect(read(`{"price": "${written}"}`)).toEqual({ price: written });
  expect(read(`{"price": ${written}}`)).toEqual({ price: written });
});

test.each([
  ['1e-8', '0.00000001'],
  ['1E3', '1000'],
  ['1.50e1', '15.0'],
  ['12.345e+2', '1234.5'],
  ['12e-2', '0.12'],
  ['-0', '0'],
  ['-0.00', '0.00'],
  ['0e999', '0'],
])('%s is %s in plain notation', (written, plain) => {
  expect(read(`{"price": ${written}}`)).toEqual({ price: plain });
  expect(read(`{"price": "${written}"}`)).toEqual({ price: plain });
});

test.each([
  ['""'],
  ['"12,5"'],
  ['"+1"'],
  ['".5"'],
  ['"1."'],
  ['"007"'],
  ['" 1"'],
  ['"NaN"'],
  ['"0x10"'],
  ['1e99'],
  ['1e-41'],
  ['1e9999999'],
  [`"${'1'.repeat(39)}"`],
  ['true'],
  ['{}'],
])('%s is refused', (written) => {
  expect(read(`{"price": ${written}}`)).toBeUndefined();
});

test('other fields are what JSON makes of them, and null stays null', () => {
  expect(read('{"price": null, "count": 1e2, "notes": "1e2"}')).toEqual({ price: null, count: 100, notes: '1e2' });
});

test('any number of at most 38 digits keeps its value, its decimals and its form once it is plain', () => {
  const digits = fc.stringMatching(/^(0|[1-9]\d{0,18})(\.\d{1,19})?$/);
  fc.assert(
    fc.property(digits, fc.boolean(), fc.integer({ min: -20, max: 18 }), (number, negative, exponent) => {
      const written = `${negative ? '-' : ''}${number}e${exponent}`;
      const plain = plainDecimal(written);
      expect(plain).toMatch(/^-?(0|[1-9]\d*)(\.\d+)?$/);
      expect(Big(plain ?? '').eq(Big(written))).toBe(true);
      expect(plainDecimal(plain ?? '')).toBe(plain);
      expect(read(`{"price": ${written}}`)).toEqual({ price: plain });
    }),
  );
});
