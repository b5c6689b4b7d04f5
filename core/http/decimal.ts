import * as z from 'zod/mini';
import { $ZodType } from 'zod/v4/core';
import { refuse } from './schema.ts';

/**
 * Exact decimals: a caller sends them as text or as JSON numbers, they are kept as text in plain notation, and no float
 * ever holds them.
 */

/** Zeros in front aside. DynamoDB's numbers have as many. */
const MAX_DIGITS = 38;
const MAX_DECIMALS = 40;

/** A JSON number (RFC 8259, 6), its exponent of at most three digits. */
const NUMBER = /^(-?)(0|[1-9]\d*)(?:\.(\d+))?(?:e([+-]?\d{1,3}))?$/i;

/** A field of a request. Numbers come to it as text, by the reviver that `decimalsAsText` makes. */
export const decimal = z.pipe(
  z
    .string()
    .check(z.maxLength(100))
    .register(z.globalRegistry, {
      type: ['string', 'number'],
      pattern: NUMBER.source.replaceAll('e', '[eE]'),
      description: `An exact decimal of at most ${MAX_DIGITS} digits`,
    }),
  z.transform(
    (text, context) =>
      plainDecimal(text) ??
      refuse(context, {
        es: `no es un número decimal de ${MAX_DIGITS} cifras como mucho`,
        en: `is not a decimal number of at most ${MAX_DIGITS} digits`,
      }),
  ),
);

/**
 * The number in plain notation, with the decimals it came with: `1e-8` → `0.00000001`, `67890.50` as it is, `-0` → `0`.
 * Undefined where it is none, or has more than 38 digits or 40 decimals.
 */
export function plainDecimal(text: string): string | undefined {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = NUMBER.exec(text) ?? [];
  if (whole === '') return undefined;
  const point = whole.length + Number(exponent);
  const digits = `${'0'.repeat(Math.max(0, -point))}${whole}${fraction}`.padEnd(point, '0');
  const before = digits.slice(0, Math.max(0, point)).replace(/^0+/, '') || '0';
  const after = digits.slice(Math.max(0, point));
  const significant = (before + after).replace(/^0+/, '');
  if (significant.length > MAX_DIGITS || after.length > MAX_DECIMALS) return undefined;
  return `${significant === '' ? '' : sign}${before}${after && `.${after}`}`;
}

/** A reviver for `JSON.parse` that hands a body's decimals on as they were written. */
export function decimalsAsText(body: z.ZodMiniType) {
  const shape = body instanceof z.ZodMiniObject ? Object.entries(body.shape) : [];
  const names = new Set(shape.filter(([, schema]) => isDecimal(schema)).map(([name]) => name));
  return (name: string, value: unknown, context?: { source?: string }): unknown =>
    typeof value === 'number' && names.has(name) ? context?.source : value;
}

function isDecimal({ _zod: { def } }: $ZodType): boolean {
  if (def === decimal._zod.def) return true;
  return 'innerType' in def && def.innerType instanceof $ZodType && isDecimal(def.innerType);
}
