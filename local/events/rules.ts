import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { ACCOUNT, REGION } from '../aws/service.ts';
import { readProperties } from '../aws/template-properties.ts';
import { eventPattern } from '../lambda/event-sources/filter.ts';

/**
 * EventBridge rules that run functions at a rate, or on events of AWS's own services. As on AWS the first run at a rate
 * comes one period after the start, and a run is an asynchronous invocation: Lambda repeats one that fails.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-rule-schedule.html
 */
export interface Rules {
  /** @throws Error that names the rule and what can't run here */
  defineRule(rule: { logicalId: string; arn: string }, properties: unknown): void;
  start(): void;
  /** Hands an event of a service on: `source`, `detail-type`, `resources` and `detail`. */
  take(event: object): void;
  /** Runs every rule that has a rate once, now. */
  runAll(): void;
  close(): void;
}

export interface RulesOptions {
  /** Takes an event for a function, to be run soon. */
  accept: (functionArn: string, event: string) => void;
  /** Whether a permission of the function lets the principal invoke it for this source. */
  mayInvoke: (functionArn: string, principal: string, sourceArn: string) => boolean;
  /** Told in a sentence of a run that could not be. */
  onProblem: (text: string) => void;
}

const PRINCIPAL = 'events.amazonaws.com';
const UNITS = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

const rate = z.string().transform((expression, context) => {
  const [, count = '', unit = ''] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  const milliseconds = Number(count) * (UNITS[unit as keyof typeof UNITS] ?? 0);
  if (milliseconds > 0) return milliseconds;
  context.addIssue({ code: 'custom', message: `${expression} is not supported by the local run, only rate(…)` });
  return z.NEVER;
});

const ruleProperties = z.strictObject({
  Description: z.string().optional(),
  Name: z.string().optional(),
  ScheduleExpression: rate.optional(),
  EventPattern: eventPattern.optional(),
  State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
  Targets: z.array(z.strictObject({ Arn: z.string().regex(/^arn:aws:lambda:/, 'not a function'), Id: z.string() })),
});

export function createRules({ accept, mayInvoke, onProblem }: RulesOptions): Rules {
  const rates: { arn: string; period: number; functions: string[] }[] = [];
  const patterns: { arn: string; matches: (event: object) => boolean; functions: string[] }[] = [];
  const timers: NodeJS.Timeout[] = [];
  let isClosed = false;

  function run({ arn, functions }: { arn: string; functions: string[] }, event: object): void {
    for (const functionArn of functions) {
      if (mayInvoke(functionArn, PRINCIPAL, arn)) accept(functionArn, JSON.stringify(event));
      else onProblem(`${arn} may not invoke ${functionArn}`);
    }
  }

  const runAtRate = (rule: { arn: string; functions: string[] }) =>
    run(rule, {
      ...envelope(),
      'detail-type': 'Scheduled Event',
      source: 'aws.events',
      resources: [rule.arn],
      detail: {},
    });

  return {
    defineRule({ logicalId, arn }, properties) {
      const read = readProperties(ruleProperties, logicalId, properties);
      if (read.State !== 'ENABLED') return;
      const rule = { arn, functions: read.Targets.map((it) => it.Arn) };
      if (read.ScheduleExpression !== undefined) rates.push({ ...rule, period: read.ScheduleExpression });
      if (read.EventPattern !== undefined) patterns.push({ ...rule, matches: read.EventPattern });
    },
    start() {
      timers.push(...rates.map((rule) => setInterval(() => runAtRate(rule), rule.period)));
    },
    take(event) {
      if (isClosed) return;
      const whole = { ...envelope(), ...event };
      for (const rule of patterns) if (rule.matches(whole)) run(rule, whole);
    },
    runAll() {
      for (const rule of rates) runAtRate(rule);
    },
    close() {
      isClosed = true;
      for (const timer of timers.splice(0)) clearInterval(timer);
    },
  };
}

/** What every event has. */
function envelope() {
  return {
    version: '0',
    id: randomUUID(),
    account: ACCOUNT,
    time: new Date().toISOString().replace(/\.\d+/, ''),
    region: REGION,
  };
}
