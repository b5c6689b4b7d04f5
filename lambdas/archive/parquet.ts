import { constants, zstdCompressSync } from 'node:zlib';
import { ByteWriter, type ColumnSource, ParquetWriter } from 'hyparquet-writer';
import type { GapEnds } from '../../core/market/hot-trades.ts';
import type { Trade } from '../../core/market/trade.ts';

/**
 * Parquet with zstd, as DuckDB and Athena read it. Ids are 64-bit integers, times UTC milliseconds, prices and quantities
 * exact decimals. Exchange and symbol stand in a file's key, not in the file.
 *
 * Encodings are those that measured best among what all readers know (docs/market-data.md).
 * Format: https://github.com/apache/parquet-format
 */

type SchemaElement = ConstructorParameters<typeof ParquetWriter>[0]['schema'][number];

interface Column {
  element: SchemaElement;
  source: ColumnSource;
}

/** Trades of one market, in the order in which they are to be read. @throws Error where a number has too many digits */
export function tradesFile(trades: readonly Trade[]): Uint8Array {
  return parquet([
    integers(
      'trade_id',
      trades.map((it) => it.tradeId),
    ),
    times(
      'timestamp',
      trades.map((it) => it.timestamp),
    ),
    times(
      'received_at',
      trades.map((it) => it.receivedAt),
    ),
    texts(
      'side',
      trades.map((it) => it.side),
    ),
    decimals(
      'price',
      trades.map((it) => it.price),
    ),
    decimals(
      'quantity',
      trades.map((it) => it.quantity),
    ),
  ]);
}

/** One gap: the last trade before it and the first after it. */
export function gapFile({ from, to }: GapEnds): Uint8Array {
  return parquet([
    integers('from_trade_id', [from.tradeId]),
    times('from_timestamp', [from.timestamp]),
    integers('to_trade_id', [to.tradeId]),
    times('to_timestamp', [to.timestamp]),
  ]);
}

/** What readers can skip, and read side by side. */
const ROWS_A_GROUP = 100_000;

function parquet(columns: readonly Column[]): Uint8Array {
  const bytes = new ByteWriter();
  const writer = new ParquetWriter({
    writer: bytes,
    schema: [{ name: 'trades', num_children: columns.length }, ...columns.map(({ element }) => element)],
    codec: 'ZSTD',
    compressors: { ZSTD: compress },
    createdBy: 'vigia',
  });
  writer.write({ columnData: columns.map(({ source }) => source), rowGroupSize: ROWS_A_GROUP });
  writer.finish();
  return bytes.getBytes();
}

function compress(bytes: Uint8Array): Uint8Array {
  return zstdCompressSync(bytes, { params: { [constants.ZSTD_c_compressionLevel]: 9 } });
}

/** The writer refuses what 64 bits don't hold. */
function integers(name: string, data: readonly string[]): Column {
  return {
    element: { name, type: 'INT64', repetition_type: 'REQUIRED' },
    source: { name, data: data.map(BigInt), encoding: 'DELTA_BINARY_PACKED' },
  };
}

function times(name: string, data: readonly number[]): Column {
  return {
    element: { name, type: 'INT64', converted_type: 'TIMESTAMP_MILLIS', repetition_type: 'REQUIRED' },
    source: { name, data: data.map(BigInt), encoding: 'DELTA_BINARY_PACKED' },
  };
}

function texts(name: string, data: string[]): Column {
  return {
    element: { name, type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'REQUIRED' },
    source: { name, data },
  };
}

/**
 * So many decimal places whether needed or not, so that files can be read together: DuckDB takes the type of the first,
 * and rounds what has more places, unless it is told `union_by_name`.
 */
const USUAL_SCALE = 8;
const MOST_PLACES = 18;
/** Readers know 38 digits in all. With fewer than 11 here, DuckDB would multiply in 8 bytes, which overflow. */
const WHOLE_DIGITS = 20;

function decimals(name: string, data: readonly string[]): Column {
  const scale = data.reduce((most, text) => Math.max(most, placesOf(text)), USUAL_SCALE);
  const units = data.map((text) => unitsOf(text, scale));
  const precision = WHOLE_DIGITS + scale;
  const tooLarge = 10n ** BigInt(precision);
  if (scale > MOST_PLACES || units.some((it) => it >= tooLarge)) {
    throw new Error(`A ${name} has more than ${WHOLE_DIGITS} digits before its point or ${MOST_PLACES} behind it`);
  }
  return {
    element: {
      name,
      type: 'FIXED_LEN_BYTE_ARRAY',
      type_length: 16,
      converted_type: 'DECIMAL',
      precision,
      scale,
      repetition_type: 'REQUIRED',
    },
    source: { name, data: units, encoding: 'PLAIN' },
  };
}

/** How many decimal places a number needs: zeros at its end are none. */
function placesOf(text: string): number {
  const point = text.indexOf('.');
  if (point < 0) return 0;
  let end = text.length;
  while (text[end - 1] === '0') end -= 1;
  return end - point - 1;
}

function unitsOf(text: string, scale: number): bigint {
  const [whole = '', fraction = ''] = text.split('.');
  return BigInt(whole + fraction.slice(0, scale).padEnd(scale, '0'));
}
