import { readExportJob } from '../../core/alerts/background-jobs.ts';
import { environment } from '../../core/aws/environment.ts';
import { queueWorker, receivesOf } from '../../core/aws/queue-worker.ts';
import { runExport } from './run.ts';

/** Writes the files of exports. */

/** What is left of a run's time when no more signals are read: for the file's last part. */
const MARGIN_MS = 60_000;

export const handler = queueWorker(
  () => [environment('EXPORT_QUEUE')],
  (record, context) =>
    runExport(
      readExportJob(record.body),
      receivesOf(record),
      Date.now() + context.getRemainingTimeInMillis() - MARGIN_MS,
    ),
);
