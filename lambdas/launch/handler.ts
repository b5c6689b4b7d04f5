import { environment } from '../../core/aws/environment.ts';
import { queueWorker } from '../../core/aws/queue-worker.ts';
import { collectors } from '../../core/collectors/collectors.ts';
import { readLaunch } from '../../core/tasks/supervise.ts';

/** Launches tasks whose delay is over, no faster than ECS takes them. */
export const handler = queueWorker(
  () => [environment('LAUNCH_QUEUE')],
  (record) => collectors.launch(readLaunch(record.body), Date.now()),
);
