import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { ACCOUNT, REGION } from '../aws/service.ts';
import { readProperties } from '../aws/template-properties.ts';

/**
 * EventBridge rules that run functions at a rate. As on AWS the first run comes one period after the start, and a run is
 * an asynchronous invocation: Lambda repeats one that fails.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-rule-schedule.html
 */
export interface Rules {
  /** @throws Error that names the rule and what can't run here */
  defineRule(rule: { logicalId: string; arn: string }, properties: unknown): void;
  start(): void;
  /** Runs every rule once, now. */
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
  ScheduleExpression: rate,
  State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
  Targets: z.array(z.strictObject({ Arn: z.string().regex(/^arn:aws:lambda:/, 'not a function'), Id: z.string() })),
});

export function createRules({ accept, mayInvoke, onProblem }: RulesOptions): Rules {
  const rules: { arn: string; period: number; functions: string[] }[] = [];
  const timers: NodeJS.Timeout[] = [];

  function run(arn: string, functions: string[]): void {
    const event = {
      version: '0',
      id: randomUUID(),
      'detail-type': 'Scheduled Event',
      source: 'aws.events',
      account: ACCOUNT,
      time: new Date().toISOString().replace(/\.\d+/, ''),
      region: REGION,
      resources: [arn],
      detail: {},
    };
    for (const functionArn of functions) {
      if (mayInvoke(functionArn, PRINCIPAL, arn)) accept(functionArn, JSON.stringify(event));
      else onProblem(`${arn} may not invoke ${functionArn}`);
    }
  }

  return {
    defineRule({ logicalId, arn }, properties) {
      const { ScheduleExpression, State, Targets } = readProperties(ruleProperties, logicalId, properties);
      if (State === 'ENABLED') rules.push({ arn, period: ScheduleExpression, functions: Targets.map((it) => it.Arn) });
    },
    start() {
      timers.push(...rules.map(({ arn, period, functions }) => setInterval(() => run(arn, functions), period)));
    },
    runAll() {
      for (const { arn, functions } of rules) run(arn, functions);
    },
    close() {
      for (const timer of timers.splice(0)) clearInterval(timer);
    },
  };
}
