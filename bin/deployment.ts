import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { z } from 'zod';

/** The deployment that an operator's command works on: a local run, or a stack on AWS with the caller's own credentials. */

export const DEPLOYMENT_USAGE = `  --data DIR     the local run whose state lives in DIR (.local)
  --stack NAME   the stack on AWS instead, found with the credentials and region of the environment`;

/** For `parseArgs`. */
export const DEPLOYMENT_OPTIONS = { data: { type: 'string' }, stack: { type: 'string' } } as const;

export const deploymentSchema = { data: z.string().default('.local'), stack: z.string().optional() };

export interface Deployment {
  data: string;
  stack?: string | undefined;
}

const outputsSchema = z.object({
  aws: z.object({ endpointUrl: z.string(), region: z.string(), accessKeyId: z.string(), secretAccessKey: z.string() }),
  stackOutputs: z.record(z.string(), z.string()),
});

/**
 * The stack's output of that name. Points the AWS client of the environment at the local run, too: what makes clients must
 * be imported only afterwards.
 */
export async function deploymentOutput({ stack, data }: Deployment, name: string): Promise<string> {
  const value = stack === undefined ? outputOfLocalRun(data, name) : await outputOnAws(stack, name);
  if (!value) throw new Error(`${stack ?? data} has no output ${name}: is it Vigía's, and of this version?`);
  return value;
}

async function outputOnAws(stack: string, name: string): Promise<string | undefined> {
  const { Stacks } = await new CloudFormationClient({}).send(new DescribeStacksCommand({ StackName: stack }));
  return Stacks?.[0]?.Outputs?.find(({ OutputKey }) => OutputKey === name)?.OutputValue;
}

function outputOfLocalRun(directory: string, name: string): string | undefined {
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
  return stackOutputs[name];
}
