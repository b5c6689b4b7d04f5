import { environment } from '../../core/aws/environment.ts';
import { queueWorker } from '../../core/aws/queue-worker.ts';
import { supervised } from '../../core/supervised.ts';
import { readLaunch } from '../../core/tasks/supervise.ts';

/** Launches tasks whose delay is over, no faster than ECS takes them. */
export const handler = queueWorker(
  () => [environment('LAUNCH_QUEUE')],
  (record) => {
    const { kind, ...life } = readLaunch(record.body);
    const ofKind = supervised.get(kind);
    if (!ofKind) throw new Error(`Nobody launches tasks of the kind ${kind}`);
    return ofKind.launch(life, Date.now());
  },
);
