import * as z from 'zod/mini';

/** What stands in the queues of the functions that draw. The worker reads the rest itself. */

/** Which signal, and which of its captures. */
const captureJob = z.object({ locator: z.string(), signal_id: z.string(), generation: z.number() });
export type CaptureJob = z.output<typeof captureJob>;

/** Whose TradingView session is to be looked at. */
const sessionCheck = z.object({ locator: z.string(), check: z.literal('session') });
export type SessionCheck = z.output<typeof sessionCheck>;

const browserJob = z.union([captureJob, sessionCheck]);

/** A capture that failed, as the relay tells the dead-letter queue; SQS puts jobs there that never came to an end. */
const deadLetterSchema = z.extend(captureJob, { reason: z.optional(z.string()) });
export type CaptureDeadLetter = z.output<typeof deadLetterSchema>;

export function readDeadLetter(body: string): CaptureDeadLetter {
  return deadLetterSchema.parse(JSON.parse(body));
}

export function readJob(body: string): CaptureJob {
  return captureJob.parse(JSON.parse(body));
}

export function readBrowserJob(body: string): CaptureJob | SessionCheck {
  return browserJob.parse(JSON.parse(body));
}
