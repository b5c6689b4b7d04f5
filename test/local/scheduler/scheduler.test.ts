import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ConflictException,
  CreateScheduleCommand,
  type CreateScheduleCommandInput,
  DeleteScheduleCommand,
  GetScheduleCommand,
  ListSchedulesCommand,
  ResourceNotFoundException,
  SchedulerClient,
  UpdateScheduleCommand,
  ValidationException,
} from '@aws-sdk/client-scheduler';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CredentialStore } from '../../../local/aws/credentials.ts';
import { type Gateway, startGateway } from '../../../local/aws/gateway.ts';
import type { Caller } from '../../../local/aws/iam/caller.ts';
import { IamRegistry } from '../../../local/aws/iam/registry.ts';
import { createScheduler, type Scheduler } from '../../../local/scheduler/scheduler.ts';
import { LAMBDA_TRUST, OPERATOR, sdkCredentials } from '../aws/gateway-fixture.ts';

const QUEUE = 'arn:aws:sqs:eu-west-1:000000000000:fires';
const ROLE = 'arn:aws:iam::000000000000:role/scheduler';
const API_ROLE = 'arn:aws:iam::000000000000:role/api';
const GROUP_ARN = 'arn:aws:scheduler:eu-west-1:000000000000:schedule-group/jobs';
const START = Date.parse('2026-11-22T10:00:30Z');
const MINUTE = 60_000;

interface Sent {
  to: string;
  message: string;
}

/** A Scheduler behind the gateway with a clock of its own; what it sends is kept, or refused while `refusing`. */
interface Bench {
  scheduler: Scheduler;
  gateway: Gateway;
  iam: IamRegistry;
  client: (caller?: Caller) => SchedulerClient;
  sent: Sent[];
  problems: string[];
  refusing: { on: boolean };
  close: () => Promise<void>;
}

let dir: string;
const open: Bench[] = [];
/** The Scheduler's clock goes with the timers, and jumps where the machine was off; requests are signed by the real one. */
let jumped = 0;
const now = () => START + performance.now() + jumped;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'vigia-scheduler-'));
  jumped = 0;
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});

afterEach(async () => {
  vi.useRealTimers();
  for (const bench of open.splice(0)) await bench.close();
  rmSync(dir, { recursive: true, force: true });
});

async function start(): Promise<Bench> {
  const iam = new IamRegistry();
  iam.addRole(ROLE, {
    Statement: {
      Effect: 'Allow',
      Principal: { Service: 'scheduler.amazonaws.com' },
      Action: 'sts:AssumeRole',
      Condition: { StringEquals: { 'aws:SourceAccount': '000000000000', 'aws:SourceArn': GROUP_ARN } },
    },
  });
  iam.addRole(API_ROLE, LAMBDA_TRUST);
  const sent: Sent[] = [];
  const problems: string[] = [];
  const refusing = { on: false };
  const scheduler = createScheduler({
    dir,
    checkRole: (role, group) => iam.assumeRole(role, 'scheduler.amazonaws.com', 'scheduler', group),
    send: async (target, _, message) => {
      if (refusing.on) throw new Error('the queue is away');
      sent.push({ to: target.Arn, message });
    },
    onProblem: (text) => problems.push(text),
    now,
  });
  scheduler.defineGroup('jobs', { Name: 'jobs' });
  scheduler.start();
  const credentials = new CredentialStore(dir);
  const gateway = await startGateway({ services: [scheduler.service], iam, credentials });
  const clients: SchedulerClient[] = [];
  const bench: Bench = {
    scheduler,
    gateway,
    iam,
    sent,
    problems,
    refusing,
    client: (caller = OPERATOR) => {
      const made = new SchedulerClient({
        endpoint: gateway.url,
        region: 'eu-west-1',
        credentials: sdkCredentials(credentials.issue(caller)),
        maxAttempts: 1,
      });
      clients.push(made);
      return made;
    },
    close: async () => {
      for (const client of clients) client.destroy();
      scheduler.close();
      await gateway.close();
    },
  };
  open.push(bench);
  return bench;
}

/** The process ends; its clock stays. */
async function stop(bench: Bench): Promise<void> {
  open.splice(open.indexOf(bench), 1);
  await bench.close();
}

function schedule(more: Partial<CreateScheduleCommandInput> = {}): CreateScheduleCommandInput {
  return {
    Name: 'nightly',
    GroupName: 'jobs',
    ScheduleExpression: 'rate(5 minutes)',
    StartDate: new Date(START + MINUTE),
    FlexibleTimeWindow: { Mode: 'OFF' },
    Target: { Arn: QUEUE, RoleArn: ROLE, Input: '{"at":"<aws.scheduler.scheduled-time>"}' },
    ...more,
  };
}

const NAMED = { Name: 'nightly', GroupName: 'jobs' };
const times = ({ sent }: Bench) => sent.map(({ message }) => JSON.parse(message).at);

describe('a schedule', () => {
  it('is created, shown, listed, changed and deleted', async () => {
    const bench = await start();
    const client = bench.client();
    const arn = 'arn:aws:scheduler:eu-west-1:000000000000:schedule/jobs/nightly';
    expect(await client.send(new CreateScheduleCommand(schedule({ Description: 'first' })))).toMatchObject({
      ScheduleArn: arn,
    });
    expect(await client.send(new GetScheduleCommand(NAMED))).toMatchObject({
      Arn: arn,
      ...NAMED,
      Description: 'first',
      State: 'ENABLED',
      ScheduleExpression: 'rate(5 minutes)',
      ScheduleExpressionTimezone: 'UTC',
      StartDate: new Date(START + MINUTE),
      CreationDate: new Date(START),
      ActionAfterCompletion: 'NONE',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: {
        Arn: QUEUE,
        RoleArn: ROLE,
        RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 },
      },
    });
    jumped = 10_000;
    await client.send(new UpdateScheduleCommand(schedule({ State: 'DISABLED' })));
    const changed = await client.send(new GetScheduleCommand(NAMED));
    expect(changed).toMatchObject({
      State: 'DISABLED',
      CreationDate: new Date(START),
      LastModificationDate: new Date(START + 10_000),
    });
    expect(changed.Description).toBeUndefined();
    await client.send(new CreateScheduleCommand(schedule({ Name: 'other', StartDate: undefined })));
    const names = async (input = {}) => {
      const { Schedules = [], NextToken } = await client.send(new ListSchedulesCommand(input));
      return [Schedules.map(({ Name }) => Name), NextToken] as const;
    };
    expect(await names()).toEqual([['nightly', 'other'], undefined]);
    expect(await names({ GroupName: 'jobs', State: 'ENABLED' })).toEqual([['other'], undefined]);
    expect(await names({ NamePrefix: 'ni' })).toEqual([['nightly'], undefined]);
    expect(await names({ GroupName: 'default' })).toEqual([[], undefined]);
    const [first, token] = await names({ MaxResults: 1 });
    expect([first, (await names({ MaxResults: 1, NextToken: token }))[0]]).toEqual([['nightly'], ['other']]);
    for (const NextToken of ['garbage', '', Buffer.from('jobs').toString('base64url')]) {
      await expect(names({ NextToken })).rejects.toThrow(ValidationException);
    }
    await client.send(new DeleteScheduleCommand(NAMED));
    await expect(client.send(new GetScheduleCommand(NAMED))).rejects.toThrow(ResourceNotFoundException);
    await expect(client.send(new DeleteScheduleCommand(NAMED))).rejects.toThrow(ResourceNotFoundException);
  });

  it('is made once under one name, and once by a call that is sent again', async () => {
    const client = (await start()).client();
    await client.send(new CreateScheduleCommand(schedule({ ClientToken: 'one' })));
    await client.send(new CreateScheduleCommand(schedule({ ClientToken: 'one' })));
    const again = client.send(new CreateScheduleCommand(schedule({ ClientToken: 'two' })));
    await expect(again).rejects.toThrow(ConflictException);
  });

  it.each<[Partial<CreateScheduleCommandInput>, string]>([
    [{ ScheduleExpression: 'cron(0 9 * * * *)' }, 'Invalid Schedule Expression'],
    [{ ScheduleExpressionTimezone: 'Mars/Olympus' }, 'Invalid Schedule Expression or time zone'],
    [{ ScheduleExpression: 'at(2026-11-22T10:00:00)' }, 'no time to come'],
    [{ StartDate: new Date(START - 6 * MINUTE) }, 'cannot be earlier than 5 minutes ago'],
    [{ EndDate: new Date(START) }, 'The EndDate'],
    [{ Name: 'a b' }, 'Name'],
    [{ FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 5 } }, 'only OFF is supported'],
    [{ KmsKeyArn: 'arn:aws:kms:eu-west-1:000000000000:key/a' }, 'KmsKeyArn'],
    [
      { Target: { Arn: QUEUE.replace('sqs', 'lambda'), RoleArn: ROLE, Input: 'x' } },
      'only a standard queue is supported by the local run',
    ],
    [{ Target: { Arn: QUEUE, RoleArn: API_ROLE, Input: 'x' } }, 'must allow AWS EventBridge Scheduler to assume'],
    // The role trusts the Scheduler for its own group alone.
    [{ GroupName: 'default' }, 'must allow AWS EventBridge Scheduler to assume'],
  ])('is refused with %j', async (more, problem) => {
    const client = (await start()).client();
    const refused = client.send(new CreateScheduleCommand(schedule(more)));
    await expect(refused).rejects.toThrow(ValidationException);
    await expect(refused).rejects.toThrow(problem);
    await expect(client.send(new GetScheduleCommand(NAMED))).rejects.toThrow(ResourceNotFoundException);
  });

  it('is of no group that there is not', async () => {
    const client = (await start()).client();
    await expect(client.send(new CreateScheduleCommand(schedule({ GroupName: 'none' })))).rejects.toThrow(
      ResourceNotFoundException,
    );
    await expect(client.send(new GetScheduleCommand({ Name: 'none' }))).rejects.toThrow(ResourceNotFoundException);
  });
});

describe('its times', () => {
  it('reach the target with what the Scheduler knows', async () => {
    const bench = await start();
    const Input =
      '<aws.scheduler.schedule-arn> <aws.scheduler.scheduled-time> <aws.scheduler.attempt-number> <aws.scheduler.execution-id>';
    await bench.client().send(new CreateScheduleCommand(schedule({ Target: { Arn: QUEUE, RoleArn: ROLE, Input } })));
    await vi.advanceTimersByTimeAsync(MINUTE + 10);
    expect(bench.sent).toEqual([
      {
        to: QUEUE,
        message: expect.stringMatching(
          /^arn:aws:scheduler:eu-west-1:000000000000:schedule\/jobs\/nightly 2026-11-22T10:01:30Z 1 [\da-f-]{36}$/,
        ),
      },
    ]);
  });

  it('are those of a rate from its beginning on', async () => {
    const bench = await start();
    const client = bench.client();
    await client.send(new CreateScheduleCommand(schedule()));
    await vi.advanceTimersByTimeAsync(MINUTE - 1);
    expect(times(bench)).toEqual([]);
    await vi.advanceTimersByTimeAsync(10 * MINUTE + 10);
    expect(times(bench)).toEqual(['2026-11-22T10:01:30Z', '2026-11-22T10:06:30Z', '2026-11-22T10:11:30Z']);
    await client.send(new UpdateScheduleCommand(schedule({ StartDate: undefined, State: 'DISABLED' })));
    await vi.advanceTimersByTimeAsync(10 * MINUTE);
    expect(times(bench)).toHaveLength(3);
    // Without a beginning at once.
    await client.send(new UpdateScheduleCommand(schedule({ StartDate: undefined })));
    await vi.advanceTimersByTimeAsync(10);
    expect(times(bench).slice(3)).toEqual(['2026-11-22T10:21:30Z']);
    await client.send(new DeleteScheduleCommand(NAMED));
    await vi.advanceTimersByTimeAsync(10 * MINUTE);
    expect(times(bench)).toHaveLength(4);
  });

  it('are those of a cron expression in its time zone until its end', async () => {
    const bench = await start();
    await bench.client().send(
      new CreateScheduleCommand(
        schedule({
          ScheduleExpression: 'cron(10,20,40 5 ? * SUN *)',
          ScheduleExpressionTimezone: 'America/New_York',
          EndDate: new Date('2026-11-22T10:30:00Z'),
        }),
      ),
    );
    await vi.advanceTimersByTimeAsync(60 * MINUTE);
    expect(times(bench)).toEqual(['2026-11-22T10:10:00Z', '2026-11-22T10:20:00Z']);
  });

  it('end with the one time of a schedule, which then goes where that is asked for', async () => {
    const bench = await start();
    const client = bench.client();
    const once = { ScheduleExpression: 'at(2026-11-22T11:01:05)', ScheduleExpressionTimezone: 'Europe/Madrid' };
    for (const [Name, ActionAfterCompletion] of [
      ['kept', 'NONE'],
      ['gone', 'DELETE'],
    ] as const) {
      await client.send(new CreateScheduleCommand(schedule({ ...once, Name, ActionAfterCompletion })));
    }
    await vi.advanceTimersByTimeAsync(60 * MINUTE);
    expect(times(bench)).toEqual(['2026-11-22T10:01:05Z', '2026-11-22T10:01:05Z']);
    const { Schedules = [] } = await client.send(new ListSchedulesCommand({}));
    expect(Schedules.map(({ Name }) => Name)).toEqual(['kept']);
  });

  it('come again until the target takes them', async () => {
    const bench = await start();
    await bench.client().send(new CreateScheduleCommand(schedule({ ScheduleExpression: 'rate(1 day)' })));
    bench.refusing.on = true;
    await vi.advanceTimersByTimeAsync(MINUTE + 20_000);
    expect(times(bench)).toEqual([]);
    bench.refusing.on = false;
    await vi.advanceTimersByTimeAsync(MINUTE);
    expect(times(bench)).toEqual(['2026-11-22T10:01:30Z']);
    expect(bench.problems).toEqual([]);
  });

  it('are given up after as many tries as the schedule says', async () => {
    const bench = await start();
    const RetryPolicy = { MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 3600 };
    const target = { Arn: QUEUE, RoleArn: ROLE, Input: 'x', RetryPolicy };
    await bench
      .client()
      .send(new CreateScheduleCommand(schedule({ Target: target, ScheduleExpression: 'rate(1 day)' })));
    bench.refusing.on = true;
    await vi.advanceTimersByTimeAsync(10 * MINUTE);
    expect(bench.problems).toEqual([expect.stringContaining('schedule/jobs/nightly could not reach')]);
    bench.refusing.on = false;
    await vi.advanceTimersByTimeAsync(60 * MINUTE);
    expect(bench.sent).toEqual([]);
  });
});

describe('a restart', () => {
  it('runs the last of the times that passed meanwhile, and goes on', async () => {
    const first = await start();
    await first.client().send(new CreateScheduleCommand(schedule()));
    await stop(first);
    jumped = 18 * MINUTE;
    const second = await start();
    await vi.advanceTimersByTimeAsync(0);
    expect(times(second)).toEqual(['2026-11-22T10:16:30Z']);
    await vi.advanceTimersByTimeAsync(4 * MINUTE);
    expect(times(second).slice(1)).toEqual(['2026-11-22T10:21:30Z']);
  });

  it('runs none that is older than a day', async () => {
    const first = await start();
    await first
      .client()
      .send(new CreateScheduleCommand(schedule({ ScheduleExpression: 'at(2026-11-22T12:00:00)', Name: 'once' })));
    await stop(first);
    jumped = Date.parse('2026-11-23T12:00:01Z') - START;
    const second = await start();
    await vi.advanceTimersByTimeAsync(60 * MINUTE);
    expect(second.sent).toEqual([]);
    expect(await second.client().send(new GetScheduleCommand({ ...NAMED, Name: 'once' }))).toMatchObject({
      State: 'ENABLED',
    });
  });

  it('goes on with what was on its way', async () => {
    const first = await start();
    await first.client().send(new CreateScheduleCommand(schedule({ ScheduleExpression: 'rate(1 day)' })));
    first.refusing.on = true;
    await vi.advanceTimersByTimeAsync(MINUTE);
    await stop(first);
    const second = await start();
    await vi.advanceTimersByTimeAsync(MINUTE);
    expect(times(second)).toEqual(['2026-11-22T10:01:30Z']);
  });
});

describe('a caller', () => {
  it('needs to be allowed the action, and to pass the role', async () => {
    const bench = await start();
    const client = bench.client(bench.iam.assumeRole(API_ROLE, 'lambda.amazonaws.com', 'api'));
    const allow = (Action: string, Resource: string, Condition = {}) =>
      bench.iam.attachPolicy(API_ROLE, Action, { Statement: { Effect: 'Allow', Action, Resource, Condition } });
    const create = () => client.send(new CreateScheduleCommand(schedule()));
    await expect(create()).rejects.toThrow(
      /not authorized to perform: scheduler:CreateSchedule on .*:schedule\/jobs\/nightly/,
    );
    allow('scheduler:CreateSchedule', 'arn:aws:scheduler:eu-west-1:000000000000:schedule/jobs/*');
    await expect(create()).rejects.toThrow('iam:PassRole');
    allow('iam:PassRole', ROLE, { StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } });
    await create();
    await expect(client.send(new DeleteScheduleCommand(NAMED))).rejects.toThrow('scheduler:DeleteSchedule');
    await expect(client.send(new ListSchedulesCommand({}))).rejects.toThrow('scheduler:ListSchedules');
    expect(bench.iam.unusedGrants()).toEqual([]);
  });
});
