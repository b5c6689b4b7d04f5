import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ListSchedulesCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { vi } from 'vitest';
import { z } from 'zod';
import { COMMAND_RULES_FILE, type CommandRules } from '../../../core/jobs/job-settings.ts';
import { CredentialStore } from '../../../local/aws/credentials.ts';
import { createDynamoDb } from '../../../local/aws/dynamodb/index.ts';
import { type Intercept, startGateway } from '../../../local/aws/gateway.ts';
import { IamRegistry } from '../../../local/aws/iam/registry.ts';
import { ACCOUNT, REGION } from '../../../local/aws/service.ts';
import { createSqs } from '../../../local/aws/sqs/sqs.ts';
import { createScheduler } from '../../../local/scheduler/scheduler.ts';
import { TABLE_PROPERTIES } from '../../core/alerts/alerts-table.ts';
import { OPERATOR, sdkCredentials } from '../../local/aws/gateway-fixture.ts';

/**
 * The table, queues and Scheduler that schedules live in, behind a gateway: the modules of `core/` find them once they are
 * imported after it.
 */
export interface World {
  /** Sees the calls from now on. */
  intercept: Intercept;
  /** What the queue of schedules was told, and the seconds that it was to wait with it. */
  readonly sent: { body: string; delay: number }[];
  /** The names of all timers. */
  timers(): Promise<string[]>;
  close(): Promise<void>;
}

const TABLE = 'operations';
const QUEUES = ['schedules', 'launches', 'pushes'];
const ROLE = `arn:aws:iam::${ACCOUNT}:role/timers`;
const RULES: CommandRules = { allow: ['true'], deny: [] };

const message = z.object({
  QueueUrl: z.string().optional(),
  MessageBody: z.string().default(''),
  DelaySeconds: z.number().default(0),
});

export async function startWorld(): Promise<World> {
  const dir = await mkdtemp(join(tmpdir(), 'vigia-schedules-'));
  const dynamodb = await createDynamoDb({ dir: join(dir, 'dynamodb') });
  await dynamodb.defineTable(TABLE, TABLE_PROPERTIES);
  const sqs = await createSqs({ dir: join(dir, 'sqs') });
  for (const queue of QUEUES) sqs.defineQueue(queue, {});
  const iam = new IamRegistry();
  const scheduler = createScheduler({
    dir: join(dir, 'scheduler'),
    checkRole: () => {},
    send: async () => {},
    onProblem: () => {},
  });
  const credentials = new CredentialStore(dir);
  const services = [dynamodb, sqs, scheduler.service];
  const gateway = await startGateway({
    services,
    iam,
    credentials,
    intercept: (call, next) =>
      world.intercept(call, async () => {
        const answer = await next();
        const { QueueUrl, MessageBody, DelaySeconds } = message.parse(
          call.operation === 'SendMessage' ? JSON.parse(call.request.body.toString()) : {},
        );
        if (QueueUrl === url('schedules')) world.sent.push({ body: MessageBody, delay: DelaySeconds });
        return answer;
      }),
  });
  sqs.setEndpoint(gateway.url);
  const operator = sdkCredentials(credentials.issue(OPERATOR));
  const url = (queue: string) => `${gateway.url}/${ACCOUNT}/${queue}`;
  const timers = { group: 'default', queueArn: `arn:aws:sqs:${REGION}:${ACCOUNT}:schedules`, roleArn: ROLE };
  const variables = {
    AWS_ENDPOINT_URL: gateway.url,
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: operator.accessKeyId,
    AWS_SECRET_ACCESS_KEY: operator.secretAccessKey,
    METRICS_NAMESPACE: 'test',
    POWERTOOLS_LOG_LEVEL: 'SILENT',
    OPERATIONS_TABLE: TABLE,
    SCHEDULE_QUEUE: url('schedules'),
    SCHEDULE_TIMERS: JSON.stringify(timers),
    LAUNCH_QUEUE: url('launches'),
    PUSH_QUEUE: url('pushes'),
    JOBS: JSON.stringify({ maxRunning: 1000, days: 30 }),
    JOB_MISSING: '[]',
    LAMBDA_TASK_ROOT: dir,
  };
  await writeFile(join(dir, COMMAND_RULES_FILE), JSON.stringify(RULES));
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);

  const client = new SchedulerClient({ endpoint: gateway.url, region: REGION, credentials: operator });
  const world: World = {
    sent: [],
    intercept: (_, next) => next(),
    async timers() {
      const { Schedules = [] } = await client.send(new ListSchedulesCommand({}));
      return Schedules.map(({ Name = '' }) => Name);
    },
    async close() {
      client.destroy();
      await gateway.close();
      scheduler.close();
      await sqs.close();
      await dynamodb.close();
      vi.unstubAllEnvs();
      await rm(dir, { recursive: true, force: true });
    },
  };
  return world;
}
