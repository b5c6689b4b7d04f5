import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { z } from 'zod';
import { DEFAULT_EXPIRY_DAYS, MAX_EXPIRY_DAYS, PERMISSIONS } from '../core/access/api-keys.ts';

/**
 * `npm run api-key -- create --name NAME --permissions admin`: makes an API key with the caller's own AWS credentials.
 * Prints the key as JSON; it can't be shown again.
 */

const USAGE = `npm run api-key -- create --name NAME --permissions read,write,admin [--expires-in-days ${DEFAULT_EXPIRY_DAYS}]
  --data DIR     the local run whose state lives in DIR (.local)
  --stack NAME   the stack on AWS instead, found with the credentials and region of the environment`;

const optionsSchema = z.strictObject({
  name: z.string().min(1).max(100),
  permissions: z
    .string()
    .transform((list) => list.split(','))
    .pipe(z.array(z.enum(PERMISSIONS))),
  'expires-in-days': z.coerce.number().int().min(1).max(MAX_EXPIRY_DAYS).default(DEFAULT_EXPIRY_DAYS),
  data: z.string().default('.local'),
  stack: z.string().optional(),
});

const outputsSchema = z.object({
  aws: z.object({ endpointUrl: z.string(), region: z.string(), accessKeyId: z.string(), secretAccessKey: z.string() }),
  stackOutputs: z.record(z.string(), z.string()),
});

async function main(): Promise<void> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      name: { type: 'string' },
      permissions: { type: 'string' },
      'expires-in-days': { type: 'string' },
      data: { type: 'string' },
      stack: { type: 'string' },
    },
  });
  const options = optionsSchema.safeParse(values);
  if (positionals.join() !== 'create') throw new Error(USAGE);
  if (!options.success) throw new Error(`${z.prettifyError(options.error)}\n\n${USAGE}`);
  const { name, permissions, stack, data } = options.data;
  process.env['OPERATIONS_TABLE'] = stack ? await tableOnAws(stack) : tableOfLocalRun(data);
  // Only now: its client takes region, endpoint and credentials from the environment.
  const { createApiKey } = await import('../core/access/api-keys.ts');
  const { apiKey, key } = await createApiKey({ name, permissions, days: options.data['expires-in-days'] }, Date.now());
  const { prefix, created_at, expires_at } = apiKey;
  console.log(JSON.stringify({ prefix, name, permissions, created_at, expires_at, key }, null, 2));
}

async function tableOnAws(stack: string): Promise<string> {
  const { Stacks } = await new CloudFormationClient({}).send(new DescribeStacksCommand({ StackName: stack }));
  const output = Stacks?.[0]?.Outputs?.find(({ OutputKey }) => OutputKey === 'OperationsTable');
  if (!output?.OutputValue) throw new Error(`The stack ${stack} has no output OperationsTable: is it Vigía's?`);
  return output.OutputValue;
}

/** Points the AWS client at the local run, too. */
function tableOfLocalRun(directory: string): string {
  const file = join(resolve(directory), 'outputs.json');
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw new Error(`${file} is not there: start the local run first, or name a stack with --stack`);
  }
  const { aws, stackOutputs } = outputsSchema.parse(JSON.parse(text));
  process.env['AWS_ENDPOINT_URL'] = aws.endpointUrl;
  process.env['AWS_REGION'] = aws.region;
  process.env['AWS_ACCESS_KEY_ID'] = aws.accessKeyId;
  process.env['AWS_SECRET_ACCESS_KEY'] = aws.secretAccessKey;
  const table = stackOutputs['OperationsTable'];
  if (!table) throw new Error(`${file} names no operations table: start the local run again`);
  return table;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
