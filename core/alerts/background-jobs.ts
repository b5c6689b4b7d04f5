import * as z from 'zod/mini';

/** What the relay asks the background functions for, as it stands in their queues. Each job may come more than once. */

const exportJob = z.object({ locator: z.string(), export_id: z.string() });
export type ExportJob = z.output<typeof exportJob>;

/** `deleted_at` tells one life of a user's id from the next. */
const erasure = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('user'), locator: z.string(), deleted_at: z.string() }),
  z.object({ kind: z.literal('signal'), locator: z.string(), signal_id: z.string(), deleted_at: z.string() }),
]);
export type Erasure = z.output<typeof erasure>;

export function readExportJob(body: string): ExportJob {
  return exportJob.parse(JSON.parse(body));
}

export function readErasure(body: string): Erasure {
  return erasure.parse(JSON.parse(body));
}
