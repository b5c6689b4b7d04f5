import { environment } from '../../core/aws/environment.ts';
import { DONE, queueWorker } from '../../core/aws/queue-worker.ts';
import { readScheduleMessage } from '../../core/schedules/schedule-messages.ts';
import { follow } from '../../core/schedules/schedules.ts';
import { fire } from './fire.ts';

/** Makes the jobs of schedules whose time has come, and sees to timers that did not follow their schedule. */
export const handler = queueWorker(
  () => [environment('SCHEDULE_QUEUE')],
  async (record) => {
    const message = readScheduleMessage(record.body);
    if (message.kind === 'fire') await fire(message, Date.now());
    else await follow(message.schedule_id, Date.now());
    return DONE;
  },
);
