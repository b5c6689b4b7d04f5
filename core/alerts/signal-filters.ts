import * as z from 'zod/mini';
import { refuse } from '../http/schema.ts';
import { time } from '../http/time-range.ts';
import { signalTime } from './alert-id.ts';
import { indicatorKey } from './parse/text.ts';
import { readTimeframe } from './parse/times.ts';
import { type StoredSignal, storedSignalSchema, unpackMessage } from './stored-signal.ts';

/**
 * The filters of everything that lists, counts or exports signals. The schema brings what a caller wrote into the form
 * that is stored, so that equal filters are equal values; `matches` then only compares.
 */

const MAX_CHARACTERS = 200;
const text = z.string().check(z.minLength(1), z.maxLength(MAX_CHARACTERS));
const capitals = z.pipe(
  text,
  z.transform((value) => value.toUpperCase()),
);

const { result, screenshot_status } = storedSignalSchema.shape;

/** The query parameters, each optional, to be combined at will; a query that takes them is checked by `timesInOrder`. */
export const signalFilters = {
  /** `EXCHANGE:SYMBOL`, or the bare symbol of signals that name no exchange. */
  ticker: z.optional(capitals),
  exchange: z.optional(capitals),
  symbol: z.optional(capitals),
  /** In any spelling: all spellings of one indicator share its key. */
  indicator: z.optional(
    z.pipe(
      text,
      z.transform(
        (value, context) =>
          indicatorKey(value) ?? refuse(context, { es: 'no nombra ningún indicador', en: 'names no indicator' }),
      ),
    ),
  ),
  /** As sent, in any case. */
  signal_type: z.optional(z.pipe(text, z.transform(uncased))),
  /** In any spelling: `15`, `15m`, `15 min`. */
  timeframe: z.optional(
    z.pipe(
      text,
      z.transform((value) => readTimeframe(value) ?? value),
    ),
  ),
  result: z.optional(result.def.innerType),
  screenshot_status: z.optional(screenshot_status),
  /** Created at this time or later. */
  from: z.optional(time),
  /** Created before this time. */
  to: z.optional(time),
  /** Text that stands in the message, the ticker, the indicator, the signal's type or the notes, whatever its case and accents. */
  q: z.optional(
    z.pipe(
      text,
      z.transform(
        (value, context) =>
          folded(value) || refuse(context, { es: 'no contiene nada que buscar', en: 'holds nothing to look for' }),
      ),
    ),
  ),
};

const filters = z.strictObject(signalFilters);
/** Text in the form that is stored, `from` and `to` in epoch milliseconds. */
export type SignalFilters = z.output<typeof filters>;

/** What has to be known of a signal to compare it: its message only for `q`. */
export type FilteredSignal = Pick<
  StoredSignal,
  'id' | 'ticker' | 'exchange' | 'symbol' | 'indicator_key' | 'signal_type' | 'timeframe' | 'result'
> &
  Partial<Pick<StoredSignal, 'screenshot_status' | 'message' | 'indicator' | 'notes'>>;

/** Whether a signal is among those that the filters ask for. */
export function matches(wanted: SignalFilters, signal: FilteredSignal): boolean {
  const created = signalTime(signal.id);
  return (
    (wanted.from === undefined || created >= wanted.from) &&
    (wanted.to === undefined || created < wanted.to) &&
    fits(wanted.ticker, signal.ticker) &&
    fits(wanted.exchange, signal.exchange) &&
    fits(wanted.symbol, signal.symbol) &&
    fits(wanted.indicator, signal.indicator_key) &&
    fits(wanted.timeframe, signal.timeframe) &&
    fits(wanted.result, signal.result ?? 'pending') &&
    fits(wanted.screenshot_status, signal.screenshot_status) &&
    (wanted.signal_type === undefined || wanted.signal_type === uncased(signal.signal_type ?? '')) &&
    (wanted.q === undefined || texts(signal).some((value) => folded(value).includes(wanted.q ?? '')))
  );
}

function fits(wanted: string | undefined, value: string | undefined): boolean {
  return wanted === undefined || wanted === value;
}

function texts({ message, ticker, indicator, signal_type, notes }: FilteredSignal): string[] {
  const known = [ticker, indicator, signal_type, notes].filter((value) => value !== undefined);
  return message === undefined ? known : [...known, unpackMessage(message)];
}

function uncased(value: string): string {
  return value.normalize('NFC').toLowerCase();
}

/** For searching: no accents, lower case; unlike the parser's folding it keeps every sign. */
function folded(value: string): string {
  // Most messages are plain, and a page may hold megabytes of them.
  return (/^[\x20-\x7e\n]*$/.test(value) ? value : value.normalize('NFKD').replace(/\p{M}+/gu, '')).toLowerCase();
}
