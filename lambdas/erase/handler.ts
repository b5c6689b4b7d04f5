import { readErasure } from '../../core/alerts/background-jobs.ts';
import { environment } from '../../core/aws/environment.ts';
import { DONE, queueWorker } from '../../core/aws/queue-worker.ts';
import { erase } from './erase.ts';

/** Erases what was deleted. */

/** What is left of a run's time when no further page is begun. */
const MARGIN_MS = 30_000;

export const handler = queueWorker(
  () => [environment('ERASE_QUEUE')],
  async (record, context) => {
    await erase(readErasure(record.body), Date.now() + context.getRemainingTimeInMillis() - MARGIN_MS);
    return DONE;
  },
);
