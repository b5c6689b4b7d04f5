import * as z from 'zod/mini';
import { isoTime } from '../http/iso-time.ts';
import { signalTime } from './alert-id.ts';
import { signedImageUrl } from './image-url.ts';
import { type StoredSignal, storedSignalSchema, unpackMessage } from './stored-signal.ts';

/** A signal as the API shows it: without what only the inside needs, and with null for what is not known. */

const { parse_status, screenshot_status, screenshot_source, screenshot, direction, result } = storedSignalSchema.shape;
const text = z.nullable(z.string());

export const signalShape = z.strictObject({
  id: z.uuid(),
  user_id: z.string(),
  ticker: text,
  exchange: text,
  symbol: text,
  /** An exact decimal, as are all prices and profits. */
  price: text,
  indicator: text,
  indicator_key: text,
  signal_type: text,
  direction: z.nullable(direction.def.innerType),
  timeframe: text,
  timestamp: z.nullable(isoTime),
  created_at: isoTime,
  updated_at: isoTime,
  chart_id: text,
  message: z.string(),
  parse_status,
  screenshot_status,
  screenshot_source: z.nullable(screenshot_source.def.innerType),
  screenshot_reason: text,
  screenshot_url: z.nullable(z.url()),
  screenshot: z.nullable(screenshot.def.innerType),
  duplicates: z.int(),
  result: result.def.innerType,
  entry_price: text,
  exit_price: text,
  profit_loss: text,
  /** Percentages are numbers. */
  profit_loss_percent: z.nullable(z.number()),
  notes: text,
});
signalShape.register(z.globalRegistry, { id: 'Signal' });
export type Signal = z.input<typeof signalShape>;

/** What may be unknown of a signal. */
const UNCERTAIN = [
  'ticker',
  'exchange',
  'symbol',
  'price',
  'indicator',
  'indicator_key',
  'signal_type',
  'direction',
  'timeframe',
  'timestamp',
  'chart_id',
  'screenshot_source',
  'screenshot_reason',
  'screenshot',
  'entry_price',
  'exit_price',
  'profit_loss',
  'notes',
] as const;

export async function presentSignal(signal: StoredSignal): Promise<Signal> {
  const created_at = new Date(signalTime(signal.id)).toISOString();
  return {
    ...orNull(signal, UNCERTAIN),
    id: signal.id,
    user_id: signal.user_id,
    created_at,
    updated_at: signal.updated_at ?? created_at,
    message: unpackMessage(signal.message),
    parse_status: signal.parse_status,
    screenshot_status: signal.screenshot_status,
    screenshot_url: (await signedImageUrl(signal)) ?? null,
    duplicates: signal.duplicates ?? 0,
    result: signal.result ?? 'pending',
    profit_loss_percent: signal.profit_loss_percent === undefined ? null : Number(signal.profit_loss_percent),
  };
}

function orNull<Name extends keyof StoredSignal>(signal: StoredSignal, names: readonly Name[]) {
  return Object.fromEntries(names.map((name) => [name, signal[name] ?? null])) as {
    [N in Name]: NonNullable<StoredSignal[N]> | null;
  };
}
