import { deflateRawSync, inflateRawSync } from 'node:zlib';
import * as z from 'zod/mini';
import { locatorOf } from './keys.ts';
import type { AlertFacts } from './signal.ts';

/** A signal as stored: null facts are left out, a long message is compressed, the generation tells captures apart. */

const text = z.optional(z.string());

export const storedSignalSchema = z.object({
  pk: z.string(),
  id: z.string(),
  user_id: z.string(),
  /** The alert's number among all that this user ever sent. */
  sequence: z.number(),
  ticker: text,
  exchange: text,
  symbol: text,
  price: text,
  indicator: text,
  indicator_key: text,
  signal_type: text,
  direction: z.optional(z.enum(['long', 'short'])),
  timeframe: text,
  timestamp: text,
  chart_id: text,
  parse_status: z.enum(['full', 'partial', 'none']),
  message: z.union([z.string(), z.custom<Uint8Array>((value) => value instanceof Uint8Array)]),
  /** Where the alert came from, and the milliseconds from its arrival to this write: its entry in the audit log. */
  source_address: text,
  answered_ms: z.optional(z.number()),
  /** How many captures its user waited for when the alert came, its own included. */
  waiting: z.optional(z.number()),
  duplicates: z.optional(z.number()),
  updated_at: text,
  result: z.optional(z.enum(['pending', 'win', 'loss', 'breakeven', 'skip'])),
  entry_price: text,
  exit_price: text,
  profit_loss: text,
  profit_loss_percent: text,
  notes: text,
  /** Counts captures asked for: 1 for the first, one more for each asked again. */
  generation: z.number(),
  /** Tries of this generation that were begun. */
  tries: z.optional(z.number()),
  /** Why this generation is drawn as our own chart, though TradingView's was asked for. */
  fallback: text,
  screenshot_status: z.enum(['pending', 'processing', 'completed', 'failed']),
  screenshot_source: z.optional(z.enum(['tradingview', 'builtin'])),
  screenshot_reason: text,
  screenshot: z.optional(
    z.object({ width: z.number(), height: z.number(), bytes: z.number(), duration_ms: z.number() }),
  ),
});
export type StoredSignal = z.output<typeof storedSignalSchema>;
export type Screenshot = NonNullable<StoredSignal['screenshot']>;

/** Longer messages are stored compressed: a write unit is 1 KB. */
const COMPRESS_OVER_BYTES = 1024;

export function packMessage(message: string): string | Uint8Array {
  const bytes = Buffer.from(message);
  return bytes.length > COMPRESS_OVER_BYTES ? deflateRawSync(bytes) : message;
}

export function unpackMessage(message: string | Uint8Array): string {
  return typeof message === 'string' ? message : inflateRawSync(message).toString();
}

/** The facts that were found; what was not found takes no place. */
export function packFacts(
  facts: AlertFacts,
): Omit<Partial<StoredSignal>, 'parse_status'> & Pick<AlertFacts, 'parse_status'> {
  const found = Object.entries(facts)
    .filter(([, value]) => value !== null)
    // JSON can name half of a character, and cutting a text can leave one: neither is text to DynamoDB.
    .map(([name, value]) => [name, value?.toWellFormed()]);
  return Object.fromEntries(found) as ReturnType<typeof packFacts>;
}

/**
 * The image of one capture; derived, so that it needs no place of its own. What is drawn after a fallback is another image
 * than one of TradingView's chart that comes too late.
 */
export function imageKey(signal: Pick<StoredSignal, 'pk' | 'id' | 'generation' | 'fallback'>): string {
  const drawn = signal.fallback === undefined ? '' : '-builtin';
  return `${imagesOf(locatorOf(signal), signal.id)}${signal.generation}${drawn}.png`;
}

/** What the keys of a user's images begin with, or those of one signal. */
export function imagesOf(locator: string, signalId?: string): string {
  return signalId === undefined ? `images/${locator}/` : `images/${locator}/${signalId}/`;
}
