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
