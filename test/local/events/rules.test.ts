import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createRules } from '../../../local/events/rules.ts';

const FUNCTION = 'arn:aws:lambda:eu-west-1:000000000000:function:sweep';
const RULE = 'arn:aws:events:eu-west-1:000000000000:rule/sweep';
const PROPERTIES = { ScheduleExpression: 'rate(5 minutes)', Targets: [{ Arn: FUNCTION, Id: 'Target0' }] };

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2026-11-22T10:00:00Z') });
});
afterEach(() => {
  vi.useRealTimers();
});

function start(properties: object, mayInvoke = true) {
  const accepted: [string, Record<string, unknown>][] = [];
  const problems: string[] = [];
  const asked: string[][] = [];
  const rules = createRules({
    accept: (functionArn, event) => accepted.push([functionArn, JSON.parse(event)]),
    mayInvoke: (...question) => {
      asked.push(question);
      return mayInvoke;
    },
    onProblem: (text) => problems.push(text),
  });
  rules.defineRule({ logicalId: 'Sweep', arn: RULE }, properties);
  rules.start();
  return { rules, accepted, problems, asked };
}

describe('a rule with a rate', () => {
  it('runs its function each period, first after one', () => {
    const { rules, accepted, asked } = start(PROPERTIES);
    vi.advanceTimersByTime(299_999);
    expect(accepted).toEqual([]);
    vi.advanceTimersByTime(300_001);
    expect(accepted.map(([name]) => name)).toEqual([FUNCTION, FUNCTION]);
    expect(accepted[0]?.[1]).toMatchObject({
      'detail-type': 'Scheduled Event',
      source: 'aws.events',
      time: '2026-11-22T10:05:00Z',
      resources: [RULE],
    });
    expect(asked[0]).toEqual([FUNCTION, 'events.amazonaws.com', RULE]);
    rules.close();
    vi.advanceTimersByTime(3_600_000);
    expect(accepted).toHaveLength(2);
  });

  it('tells where the function does not let it', () => {
    const { accepted, problems } = start(PROPERTIES, false);
    vi.advanceTimersByTime(300_000);
    expect(accepted).toEqual([]);
    expect(problems).toEqual([`${RULE} may not invoke ${FUNCTION}`]);
  });

  it('rests while it is disabled', () => {
    const { accepted } = start({ ...PROPERTIES, State: 'DISABLED' });
    vi.advanceTimersByTime(3_600_000);
    expect(accepted).toEqual([]);
  });

  it.each([
    [{ ScheduleExpression: 'cron(0 10 * * ? *)' }, 'Sweep: ScheduleExpression: cron(0 10 * * ? *) is not supported'],
    [{ ScheduleExpression: 'rate(0 minutes)' }, 'rate(0 minutes) is not supported'],
    [{ EventPattern: { source: ['aws.ecs', { like: 'x' }] } }, 'EventPattern.source'],
    [{ EventBusName: 'other' }, 'Sweep: EventBusName is not supported'],
    [{ Targets: [{ Arn: 'arn:aws:sqs:eu-west-1:0:q', Id: 'a' }] }, 'not a function'],
  ])('is refused with %j', (more, problem) => {
    expect(() => start({ ...PROPERTIES, ...more })).toThrow(problem);
  });
});

describe('a rule with a pattern', () => {
  const ON_ECS = {
    EventPattern: { source: ['aws.ecs'], detail: { clusterArn: ['mine'] } },
    Targets: [{ Arn: FUNCTION, Id: 'Target0' }],
  };
  const event = {
    source: 'aws.ecs',
    'detail-type': 'ECS Task State Change',
    resources: [],
    detail: { clusterArn: 'mine' },
  };

  it('runs its function on events that match, and never by the clock', () => {
    const { rules, accepted } = start(ON_ECS);
    rules.runAll();
    rules.take({ ...event, source: 'aws.s3' });
    rules.take({ ...event, detail: { clusterArn: 'another' } });
    vi.advanceTimersByTime(3_600_000);
    expect(accepted).toEqual([]);
    rules.take(event);
    expect(accepted).toMatchObject([
      [FUNCTION, { ...event, version: '0', account: '000000000000', region: 'eu-west-1' }],
    ]);
    rules.close();
    rules.take(event);
    expect(accepted).toHaveLength(1);
  });
});
