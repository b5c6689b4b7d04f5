import { parseArgs } from 'node:util';
import { z } from 'zod';
import { DEFAULT_EXPIRY_DAYS, MAX_EXPIRY_DAYS, PERMISSIONS } from '../core/access/api-keys.ts';
import { DEPLOYMENT_OPTIONS, DEPLOYMENT_USAGE, deploymentOutput, deploymentSchema } from './deployment.ts';

/**
 * `npm run api-key -- create --name NAME --permissions admin`: makes an API key with the caller's own AWS credentials.
 * Prints the key as JSON; it can't be shown again.
 */

const USAGE = `npm run api-key -- create --name NAME --permissions read,write,admin [--expires-in-days ${DEFAULT_EXPIRY_DAYS}]
${DEPLOYMENT_USAGE}`;

const optionsSchema = z.strictObject({
  name: z.string().min(1).max(100),
  permissions: z
    .string()
    .transform((list) => list.split(','))
    .pipe(z.array(z.enum(PERMISSIONS))),
  'expires-in-days': z.coerce.number().int().min(1).max(MAX_EXPIRY_DAYS).default(DEFAULT_EXPIRY_DAYS),
  ...deploymentSchema,
});

async function main(): Promise<void> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      name: { type: 'string' },
      permissions: { type: 'string' },
      'expires-in-days': { type: 'string' },
      ...DEPLOYMENT_OPTIONS,
    },
  });
  const options = optionsSchema.safeParse(values);
  if (positionals.join() !== 'create') throw new Error(USAGE);
  if (!options.success) throw new Error(`${z.prettifyError(options.error)}\n\n${USAGE}`);
  const { name, permissions } = options.data;
  process.env['OPERATIONS_TABLE'] = await deploymentOutput(options.data, 'OperationsTable');
  // Only now: its client takes region, endpoint and credentials from the environment.
  const { createApiKey } = await import('../core/access/api-keys.ts');
  const { apiKey, key } = await createApiKey({ name, permissions, days: options.data['expires-in-days'] }, Date.now());
  const { prefix, created_at, expires_at } = apiKey;
  console.log(JSON.stringify({ prefix, name, permissions, created_at, expires_at, key }, null, 2));
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
