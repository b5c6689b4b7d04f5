import { environment } from '../../core/aws/environment.ts';
import { DONE, queueWorker } from '../../core/aws/queue-worker.ts';
import { readPush } from '../../core/push/push-later.ts';
import { sendToAll } from '../../core/push/send.ts';

/** Sends what others have queued to who listens. */
export const handler = queueWorker(
  () => [environment('PUSH_QUEUE')],
  async (record) => {
    const { audience, text } = readPush(record.body);
    await sendToAll(audience, async () => [text]);
    return DONE;
  },
);
