import { environment } from '../../core/aws/environment.ts';
import { queueWorker } from '../../core/aws/queue-worker.ts';
import { readNotificationJob } from '../../core/notifications/job.ts';
import { notify } from './notify.ts';

/** Tells users what happened, over the channels they chose. */

export const handler = queueWorker(
  () => [environment('NOTIFICATION_QUEUE')],
  ({ body }) => notify(readNotificationJob(body)),
);
