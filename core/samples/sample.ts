import * as z from 'zod/mini';
import { isoTime } from '../http/iso-time.ts';

/** What a task used within a minute, as it measures it itself. */

/** More than any machine has, or moves in an hour. */
const count = z.int().check(z.minimum(0), z.maximum(1e15));
const percent = z.number().check(z.minimum(0), z.maximum(1e6));
const amount = z.number().check(z.minimum(0), z.maximum(1e9));

export const cpuShape = z.strictObject({
  percent: percent.check(z.describe('Of one vCPU, on average: 100 is one that is busy all the time.')),
  max_percent: percent.check(z.describe('The most at once.')),
});
export const memoryShape = z.strictObject({
  bytes: count.check(z.describe('On average, without what the system would give back.')),
  max_bytes: count.check(z.describe('The most at once.')),
});
export const diskShape = z.strictObject({
  read_bytes: count.check(z.describe('Within the time.')),
  write_bytes: count.check(z.describe('Within the time.')),
});
export const networkShape = z.strictObject({
  rx_bytes: count.check(z.describe('Received within the time.')),
  tx_bytes: count.check(z.describe('Sent within the time.')),
});

export const usageShape = {
  cpu: cpuShape,
  memory: memoryShape,
  disk: z.nullable(diskShape).check(z.describe('Null where it is not counted.')),
  network: z.nullable(networkShape).check(z.describe('Null where it is not counted.')),
};

export const runShape = z.strictObject({
  seconds: amount.check(z.describe('Since it began to be measured.')),
  cpu_p95: percent.check(
    z.describe('The CPU was at most at that for 95 in a hundred of its time; percent of one vCPU.'),
  ),
  memory_peak: count.check(z.describe('The most memory that any reading found, in bytes.')),
});

/** Of one minute of one task; until the minute is over it may come again, with more of it. */
export const sampleSchema = z.strictObject({
  at: isoTime.check(z.describe('When the minute begins.')),
  seconds: amount.check(z.describe('How much of it was measured.')),
  ...usageShape,
  run: runShape.check(z.describe('Of the whole run so far.')),
  first: z.boolean().check(z.describe('The first one of its run within this hour.')),
  ended: z.boolean().check(z.describe('The last one of its run.')),
});
export type Sample = z.output<typeof sampleSchema>;

export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;

/** @param at epoch milliseconds */
export function beginOf(unit: number, at: number): number {
  return Math.floor(at / unit) * unit;
}
