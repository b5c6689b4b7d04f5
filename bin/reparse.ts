import { parseArgs } from 'node:util';
import { z } from 'zod';
import { DEPLOYMENT_OPTIONS, DEPLOYMENT_USAGE, deploymentOutput, deploymentSchema } from './deployment.ts';

/**
 * `npm run reparse`: reads the stored messages again with today's parser, with the caller's own AWS credentials. May be
 * interrupted and repeated. Counts on standard error while it works, and at the end as JSON on standard output; never
 * shows what a message says.
 */

const USAGE = `npm run reparse -- [--user ID] [--dry-run]
  --user ID      the signals of one user only
  --dry-run      only count what would change
${DEPLOYMENT_USAGE}`;

const optionsSchema = z.strictObject({
  user: z.string().min(1).optional(),
  'dry-run': z.boolean().default(false),
  ...deploymentSchema,
});

const PROGRESS_EVERY_MS = 2000;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { user: { type: 'string' }, 'dry-run': { type: 'boolean' }, ...DEPLOYMENT_OPTIONS },
  });
  const options = optionsSchema.safeParse(values);
  if (!options.success) throw new Error(`${z.prettifyError(options.error)}\n\n${USAGE}`);
  const { user, 'dry-run': dryRun } = options.data;
  process.env['ALERTS_TABLE'] = await deploymentOutput(options.data, 'AlertsTable');
  // Only now: its client takes region, endpoint and credentials from the environment.
  const { reparse } = await import('../core/alerts/reparse.ts');
  let told = Date.now();
  const counts = await reparse({ user, dryRun }, ({ users, read, changed }) => {
    if (Date.now() - told < PROGRESS_EVERY_MS) return;
    told = Date.now();
    console.error(`${users} users, ${read} signals read, ${changed} changed`);
  });
  console.log(JSON.stringify({ dry_run: dryRun, ...counts }, null, 2));
  if (counts.left > 0) {
    console.error(`${counts.left} signals were changed by someone else meanwhile and left as they are: run it again`);
    process.exit(1);
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
