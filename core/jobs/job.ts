import * as z from 'zod/mini';
import { sampleSchema } from '../samples/sample.ts';
import { timedId } from '../timed-id.ts';

/** What a job is asked to do, and what it is called. */

export const jobSchema = z.object({
  name: z.string(),
  /** An executable and its arguments; no shell reads them. */
  command: z.array(z.string()),
  env: z.record(z.string(), z.string()),
  /** Fargate's units: 1024 are a vCPU. */
  cpu: z.int(),
  /** MiB. */
  memory: z.int(),
  timeout_seconds: z.int(),
  /** How often the command may be begun again. */
  max_retries: z.int(),
  /** Whether it waits where no place is free. */
  queue: z.boolean(),
  /** By which it was made. */
  schedule_id: z.nullable(z.string()),
});
export type Job = z.output<typeof jobSchema>;

/** What a job is called that was given no name: as its executable. */
export function jobName({ name, command }: { name?: string | undefined; command: readonly string[] }): string {
  return name ?? command[0] ?? '';
}

/** What its runner told last that is kept with the record. */
export const jobReportSchema = sampleSchema;
export type JobReport = z.output<typeof jobReportSchema>;

export const jobId = (now: number, bits: number): string => timedId('job', now, bits);
