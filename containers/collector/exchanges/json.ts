import * as z from 'zod/mini';

/** What the messages of both exchanges are made of. */

/** A topic's name. */
export const name = z.string().check(z.regex(/^[\w.@-]+$/));
/** An exact decimal, as the exchange wrote it. */
export const decimal = z.string().check(z.regex(/^\d+(\.\d+)?$/));
/** A sequence number. */
export const count = z.int().check(z.nonnegative());
/** The year 2100: one absurd time would close every candle, and could not be packed. */
export const LATEST = 4_102_444_800_000;
/** Epoch milliseconds. */
export const time = z.int().check(z.nonnegative(), z.maximum(LATEST));
/** Price and quantity of each level. */
export const levels = z.array(z.tuple([decimal, decimal]));
/** A trade id: a number that may be beyond what a JavaScript number holds comes as text from `parseExact`. */
export const wholeNumber = z.pipe(
  z.union([count, z.string().check(z.regex(/^\d+$/))]),
  z.transform((id) => String(id)),
);

/** `JSON.parse` that hands whole numbers beyond 2^53 on as text. Throws `SyntaxError`. */
export function parseExact(text: string): unknown {
  return JSON.parse(text, (_name, value: unknown, context?: { source?: string }) =>
    typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value) ? context?.source : value,
  );
}
