import { deflateRawSync, inflateRawSync } from 'node:zlib';
import * as z from 'zod/mini';
import { idBound, signalTime } from '../alert-id.ts';
import { storedSignalSchema } from '../stored-signal.ts';

/**
 * What statistics and analysis need to know of a signal, and its packed form: a segment's facts by columns, each value
 * written once and then referred to by one character, deflated. Some ten bytes a signal.
 */

export const factSchema = z.pick(storedSignalSchema, {
  /** Of an unpacked signal only the beginning that tells its time. */
  id: true,
  ticker: true,
  exchange: true,
  symbol: true,
  indicator: true,
  indicator_key: true,
  signal_type: true,
  timeframe: true,
  result: true,
  profit_loss: true,
});
export type SignalFact = z.output<typeof factSchema>;

/** A column's different values in the order of their first appearance, and which of them each signal has. */
function column<Value extends z.ZodMiniType>(value: Value) {
  return z.tuple([z.array(value), z.string()]);
}
const known = z.pipe(
  z.nullable(z.string()),
  z.transform((text) => text ?? undefined),
);

const packed = z.object({
  /** Epoch milliseconds of the first signal, and how much later than the one before each other is. */
  times: z.array(z.int()),
  /** Ticker, exchange and symbol mostly tell one another, as do an indicator's name and key. */
  markets: column(z.tuple([known, known, known])),
  indicators: column(z.tuple([known, known])),
  signal_types: column(known),
  timeframes: column(known),
  results: column(storedSignalSchema.shape.result.def.innerType),
  profits: column(known),
});

/** Values are referred to by the characters from here on; a segment has far fewer signals than there are left. */
const FIRST_CHARACTER = 35;

export function packFacts(facts: readonly SignalFact[]): Uint8Array {
  const times = facts.map(({ id }) => signalTime(id));
  const form: z.input<typeof packed> = {
    times: times.map((time, index) => time - (times[index - 1] ?? 0)),
    markets: pack(facts, ({ ticker = null, exchange = null, symbol = null }) => [ticker, exchange, symbol]),
    indicators: pack(facts, ({ indicator = null, indicator_key = null }) => [indicator, indicator_key]),
    signal_types: pack(facts, ({ signal_type = null }) => signal_type),
    timeframes: pack(facts, ({ timeframe = null }) => timeframe),
    results: pack(facts, ({ result = 'pending' }) => result),
    profits: pack(facts, ({ profit_loss = null }) => profit_loss),
  };
  return deflateRawSync(JSON.stringify(form), { level: 9 });
}

function pack<Value>(facts: readonly SignalFact[], read: (fact: SignalFact) => Value): [Value[], string] {
  const values: Value[] = [];
  const places = new Map<string, number>();
  const references = facts.map((fact) => {
    const value = read(fact);
    const text = JSON.stringify(value);
    const place = places.get(text) ?? values.push(value) - 1;
    places.set(text, place);
    return String.fromCharCode(FIRST_CHARACTER + place);
  });
  return [values, references.join('')];
}

export function unpackFacts(bytes: Uint8Array): SignalFact[] {
  const columns = packed.parse(JSON.parse(inflateRawSync(bytes).toString()));
  let time = 0;
  // Written out field by field: an analysis unpacks a hundred thousand.
  return columns.times.map((later, index) => {
    time += later;
    const [ticker, exchange, symbol] = valueAt(columns.markets, index) ?? [];
    const [indicator, indicator_key] = valueAt(columns.indicators, index) ?? [];
    return {
      id: idBound(time),
      ticker,
      exchange,
      symbol,
      indicator,
      indicator_key,
      signal_type: valueAt(columns.signal_types, index),
      timeframe: valueAt(columns.timeframes, index),
      result: valueAt(columns.results, index),
      profit_loss: valueAt(columns.profits, index),
    };
  });
}

function valueAt<Value>([values, references]: readonly [readonly Value[], string], index: number): Value | undefined {
  return values[references.charCodeAt(index) - FIRST_CHARACTER];
}
