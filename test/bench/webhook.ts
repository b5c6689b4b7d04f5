import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { z } from 'zod';
import { loadAssembly } from '../../local/assembly/assembly.ts';
import { synthesize } from '../../local/assembly/synth.ts';
import { ROOT } from '../assembly.ts';
import { median, round } from './figures.ts';
import { measureThroughput } from './webhook-throughput.ts';
import { measureWrites } from './webhook-writes.ts';
import { withoutCaptures } from './without-captures.ts';

/** What one alert costs at the door: AWS calls, write units, bytes, import time, throughput, latency. */

const IMPORTS = 21;

/** What the webhook can not do without: the clients that it makes, bundled as it is. */
const CLIENTS_ONLY = `
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
const client = DynamoDBDocumentClient.from(new DynamoDBClient({}), { marshallOptions: { removeUndefinedValues: true } });
export const handler = async (input) => [await client.send(new UpdateCommand(input)), await client.send(new PutCommand(input))];
`;

const templateSchema = z.object({
  Resources: z.record(
    z.string(),
    z.object({
      Type: z.string(),
      Properties: z.object({ Description: z.unknown().optional(), Code: z.unknown().optional() }).optional(),
    }),
  ),
});

export default async function bench(): Promise<object[]> {
  const directory = await mkdtemp(join(tmpdir(), 'vigia-bench-'));
  try {
    const assembly = await synthesize({ root: ROOT, out: join(ROOT, 'cdk.out', 'test') });
    const bundle = await webhookBundle(assembly);
    return [
      ...(await measureWrites(assembly, join(directory, 'writes'))),
      { figure: 'bundle', bytes: (await stat(bundle)).size, target: 500_000 },
      await importTimes(bundle, directory),
      ...(await measureThroughput(await withoutCaptures(assembly, directory), bundle, join(directory, 'throughput'))),
    ];
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** The file that a deployment would upload. */
async function webhookBundle(assembly: string): Promise<string> {
  const template = templateSchema.parse(JSON.parse(await readFile(join(assembly, 'Vigia.template.json'), 'utf8')));
  const webhook = Object.values(template.Resources).find(
    ({ Type, Properties }) =>
      Type === 'AWS::Lambda::Function' && Properties?.Description === 'Takes alerts from TradingView',
  );
  const { S3Key } = z.object({ S3Key: z.string() }).parse(webhook?.Properties?.Code);
  return join(loadAssembly(assembly).asset(S3Key), 'index.mjs');
}

/** Both bundles in fresh processes, by turns. */
async function importTimes(bundle: string, directory: string): Promise<object> {
  const clientsOnly = join(directory, 'clients-only.mjs');
  await build({
    stdin: { contents: CLIENTS_ONLY, resolveDir: ROOT },
    outfile: clientsOnly,
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    mainFields: ['module', 'main'],
    banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
  });
  const webhook: number[] = [];
  const clients: number[] = [];
  for (let run = 0; run < IMPORTS; run += 1) {
    webhook.push(await importTime(bundle));
    clients.push(await importTime(clientsOnly));
  }
  const ratio = median(webhook.map((time, run) => time / (clients[run] ?? Number.NaN)));
  return {
    figure: 'import',
    webhook_ms: round(median(webhook)),
    clients_only_ms: round(median(clients)),
    clients_only_bytes: (await stat(clientsOnly)).size,
    ratio: round(ratio),
    target: 1.25,
  };
}

async function importTime(file: string): Promise<number> {
  const script = `const start = performance.now(); await import(${JSON.stringify(file)}); console.log(performance.now() - start)`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
    env: { ALERTS_TABLE: 'alerts', PLAN_LIMITS, AWS_REGION: 'eu-west-1' },
  });
  return Number(stdout);
}

const LIMITS = { signalsQuota: null, ratePerMinute: null, ratePerHour: null };
const PLAN_LIMITS = JSON.stringify({ premium: LIMITS, pro: LIMITS, basic: LIMITS, free: LIMITS });
