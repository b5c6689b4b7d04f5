/**
 * `job_20241211_123456_abc123`, in UTC: six hexadecimal digits of ten bits of the millisecond and fourteen others, so
 * that ids of a kind sort by the time of their making.
 * @param now epoch milliseconds
 * @param bits an integer of which the lowest fourteen bits are taken
 */
export function timedId(kind: string, now: number, bits: number): string {
  const [date = '', time = ''] = new Date(now).toISOString().split(/[T.]/);
  const suffix = ((((now % 1000) << 14) | (bits & 0x3fff)) >>> 0).toString(16).padStart(6, '0');
  return `${kind}_${date.replaceAll('-', '')}_${time.replaceAll(':', '')}_${suffix}`;
}

/** The epoch milliseconds at which an id of these was made. @throws for any other text */
export function madeAt(id: string): number {
  const [, date = '', time = '', suffix = ''] = /_(\d{8})_(\d{6})_([0-9a-f]{6})$/.exec(id) ?? [];
  const iso = `${date.replace(/(....)(..)/, '$1-$2-')}T${time.replace(/(..)(..)/, '$1:$2:')}Z`;
  const second = Date.parse(iso);
  if (Number.isNaN(second)) throw new Error(`${id} does not tell when it was made`);
  return second + (Number.parseInt(suffix, 16) >>> 14);
}
