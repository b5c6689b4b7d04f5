import { parseArgs } from 'node:util';
import { z } from 'zod';
import { DEPLOYMENT_OPTIONS, DEPLOYMENT_USAGE, deploymentOutput, deploymentSchema } from './deployment.ts';

/**
 * `npm run redrive`: does again what ended in a dead-letter queue, with the caller's own AWS credentials. May be
 * interrupted and repeated. What became of the dead letters stands as JSON on standard output.
 */

const USAGE = `npm run redrive -- [--queue NAME] [--user ID] [--reason REASON]
  --queue NAME     captures (the default), exports, deletion, notifications or schedules
  --user ID        captures of one user only
  --reason REASON  captures that failed for this reason only: timeout, unreachable, ...
${DEPLOYMENT_USAGE}`;

/** URLs by name; captures go back by way of their signals, and have no one queue. */
const queuesSchema = z.record(z.string(), z.object({ dead_letters: z.string(), queue: z.string().optional() }));

const optionsSchema = z
  .strictObject({
    queue: z.string().default('captures'),
    user: z.string().min(1).optional(),
    reason: z.string().min(1).optional(),
    ...deploymentSchema,
  })
  .refine(({ queue, user, reason }) => queue === 'captures' || (user === undefined && reason === undefined), {
    error: 'only captures can be chosen by user or reason',
    path: ['queue'],
  });

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      queue: { type: 'string' },
      user: { type: 'string' },
      reason: { type: 'string' },
      ...DEPLOYMENT_OPTIONS,
    },
  });
  const options = optionsSchema.safeParse(values);
  if (!options.success) throw new Error(`${z.prettifyError(options.error)}\n\n${USAGE}`);
  const { queue, user, reason } = options.data;
  const queues = queuesSchema.parse(JSON.parse(await deploymentOutput(options.data, 'DeadLetterQueues')));
  const urls = queues[queue];
  if (urls === undefined)
    throw new Error(`There is no queue ${queue}, only ${Object.keys(queues).join(', ')}\n\n${USAGE}`);
  process.env['ALERTS_TABLE'] = await deploymentOutput(options.data, 'AlertsTable');
  // Only now: their clients take region, endpoint and credentials from the environment.
  const { redriveCaptures } = await import('../core/captures/redrive.ts');
  const { moveBack } = await import('../core/aws/move-back.ts');
  const done = urls.queue
    ? await moveBack(urls.dead_letters, urls.queue)
    : await redriveCaptures(urls.dead_letters, { user, reason });
  console.log(JSON.stringify({ queue, ...done }, null, 2));
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
