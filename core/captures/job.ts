import * as z from 'zod/mini';

/** A capture job as it stands in a queue: which signal, and which of its captures. The worker reads the rest itself. */
const schema = z.object({ locator: z.string(), signal_id: z.string(), generation: z.number() });
export type CaptureJob = z.output<typeof schema>;

/** A capture that failed, as the relay tells the dead-letter queue; SQS puts jobs there that never came to an end. */
const deadLetterSchema = z.extend(schema, { reason: z.optional(z.string()) });
export type CaptureDeadLetter = z.output<typeof deadLetterSchema>;

export function readDeadLetter(body: string): CaptureDeadLetter {
  return deadLetterSchema.parse(JSON.parse(body));
}

export function readJob(body: string): CaptureJob {
  return schema.parse(JSON.parse(body));
}
