/** Lambda's 6 MB for a request, less what stands around the records. */
const RECORD_BYTES = 6 * 1024 * 1024 - 64;

/** One record of an event, as JSON. */
export interface Encoded {
  json: string;
}

export function eventOf(records: readonly Encoded[]): string {
  return `{"Records":[${records.map((it) => it.json).join(',')}]}`;
}

/** In order, into as few batches as `most` records and Lambda's payload limit allow. */
export function splitBatches<T extends Encoded>(records: readonly T[], most: number): T[][] {
  const batches: T[][] = [];
  let current: T[] = [];
  let bytes = 0;
  for (const record of records) {
    const length = Buffer.byteLength(record.json) + 1;
    if (current.length > 0 && (current.length === most || bytes + length > RECORD_BYTES)) {
      batches.push(current);
      current = [];
      bytes = 0;
    }
    current.push(record);
    bytes += length;
  }
  return current.length === 0 ? batches : [...batches, current];
}
