import * as z from 'zod/mini';

/** A capture job as it stands in a queue: which signal, and which of its captures. The worker reads the rest itself. */
const schema = z.object({ locator: z.string(), signal_id: z.string(), generation: z.number() });
export type CaptureJob = z.output<typeof schema>;

export function readJob(body: string): CaptureJob {
  return schema.parse(JSON.parse(body));
}
