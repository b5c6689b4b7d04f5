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
type Field = Exclude<keyof SignalFact, 'id'>;

/** The facts that share a column, since one of them mostly tells the others. */
const COLUMNS: readonly (readonly Field[])[] = [
  ['ticker', 'exchange', 'symbol'],
  ['indicator', 'indicator_key'],
  ['signal_type'],
  ['timeframe'],
  ['result'],
  ['profit_loss'],
];

/** A column's different values in the order of their first appearance, and which of them each signal has. */
const column = z.tuple([z.array(z.array(z.nullable(z.string()))), z.string()]);
const packed = z.object({
  /** Epoch milliseconds of the first signal, and how much later than the one before each other is. */
  times: z.array(z.int()),
  columns: z.array(column),
});

/** Values are referred to by the characters from here on; a segment has far fewer signals than there are left. */
const FIRST_CHARACTER = 35;

export function packFacts(facts: readonly SignalFact[]): Uint8Array {
  const times = facts.map(({ id }) => signalTime(id));
  const form: z.input<typeof packed> = {
    times: times.map((time, index) => time - (times[index - 1] ?? 0)),
    columns: COLUMNS.map((fields) => packColumn(facts, fields)),
  };
  return deflateRawSync(JSON.stringify(form), { level: 9 });
}

function packColumn(facts: readonly SignalFact[], fields: readonly Field[]): z.input<typeof column> {
  const places = new Map<string, number>();
  const references = facts.map((fact) => {
    const value = JSON.stringify(fields.map((field) => fact[field] ?? null));
    const place = places.get(value) ?? places.size;
    places.set(value, place);
    return String.fromCharCode(FIRST_CHARACTER + place);
  });
  return [[...places.keys()].map((value) => JSON.parse(value)), references.join('')];
}

export function unpackFacts(bytes: Uint8Array): SignalFact[] {
  const { times, columns } = packed.parse(JSON.parse(inflateRawSync(bytes).toString()));
  const parts = columns.map(([values, references], index) => ({
    values: values.map((value) => partOf(COLUMNS[index] ?? [], value)),
    references,
  }));
  let time = 0;
  return times.map((later, index) => {
    time += later;
    const fact: SignalFact = { id: idBound(time) };
    for (const { values, references } of parts) {
      Object.assign(fact, values[references.charCodeAt(index) - FIRST_CHARACTER]);
    }
    return fact;
  });
}

/** The fields of a signal that a column's value stands for. */
function partOf(fields: readonly Field[], value: readonly (string | null)[]): Partial<SignalFact> {
  const known = fields
    .map((field, index) => [field, value[index] ?? undefined])
    .filter(([, text]) => text !== undefined);
  return Object.fromEntries(known);
}
