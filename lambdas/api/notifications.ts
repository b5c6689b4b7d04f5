import * as z from 'zod/mini';
import { userLocator } from '../../core/access/tokens.ts';
import { environment } from '../../core/aws/environment.ts';
import { sendJobs } from '../../core/aws/send-jobs.ts';
import { ApiError } from '../../core/http/errors.ts';
import { getChannels, namesOf } from '../../core/notifications/channels.ts';
import { CHANNELS } from '../../core/notifications/events.ts';
import { notificationJob, receiverOf } from '../../core/notifications/job.ts';
import { type Route, route } from './route.ts';
import { existingUser } from './users.ts';

export const notificationRoutes: readonly Route[] = [
  route({
    method: 'POST',
    path: '/api/users/{id}/notifications/test',
    summary: 'Sends a test message to each channel of a user, as any other message is sent',
    needs: 'write',
    endUsers: true,
    success: { status: 200, body: z.strictObject({ queued: z.array(z.enum(CHANNELS)) }) },
    errors: ['user_not_found', 'no_notification_channels'],
    handle: async ({ path }) => {
      const locator = userLocator(path.id);
      const [, channels] = await Promise.all([existingUser(path.id), getChannels(locator)]);
      const queued = namesOf(channels);
      if (queued.length === 0) throw new ApiError('no_notification_channels');
      const at = new Date().toISOString();
      const jobs = queued.map((channel) => notificationJob({ locator, channel, event: 'test', at }));
      await sendJobs(environment('NOTIFICATION_QUEUE'), jobs, receiverOf);
      return { queued };
    },
  }),
];
