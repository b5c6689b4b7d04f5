import { readFileSync } from 'node:fs';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { GATEWAY_THROTTLES, METRICS } from '../../core/metrics.ts';
import { deadLetterQueue } from '../../lib/queues.ts';
import { Watching } from '../../lib/watching.ts';
import { compileAccessLog, type Exchange } from '../../local/http-api/access-log.ts';
import { ofType, type Resource, referred } from './template.ts';

/** Whatever the template has is watched, by metrics that exist, and each alarm tells what to do. */

interface Series {
  namespace: string;
  name: string;
  /** Values are texts, or the logical ids of what they are taken from. */
  dimensions: Record<string, unknown>;
}

const metricSchema = z.object({
  Namespace: z.string(),
  MetricName: z.string(),
  Dimensions: z.array(z.object({ Name: z.string(), Value: z.unknown() })).default([]),
});

const alarms = ofType('AWS::CloudWatch::Alarm').map(([id, { Properties }]) => ({
  id,
  description: String(Properties['AlarmDescription']),
  series: seriesOf(Properties),
}));

function seriesOf(alarm: Resource['Properties']): Series[] {
  const queries = z.array(z.object({ MetricStat: z.object({ Metric: metricSchema }).optional() }));
  const metrics = alarm['Metrics']
    ? queries.parse(alarm['Metrics']).flatMap(({ MetricStat }) => MetricStat?.Metric ?? [])
    : [metricSchema.parse(alarm)];
  return metrics.map(({ Namespace, MetricName, Dimensions }) => ({
    namespace: Namespace,
    name: MetricName,
    dimensions: Object.fromEntries(
      Dimensions.map(({ Name, Value }) => [Name, typeof Value === 'string' ? Value : referred(Value)]),
    ),
  }));
}

/** The metrics of which there is an alarm for a resource. */
function watched(dimension: string, logicalId: string): string[] {
  const series = alarms.flatMap((alarm) => alarm.series);
  return series.filter(({ dimensions }) => dimensions[dimension] === logicalId).map(({ name }) => name);
}

describe('an alarm watches', () => {
  test('every function', () => {
    for (const [id] of ofType('AWS::Lambda::Function')) {
      expect(watched('FunctionName', id), id).toEqual(expect.arrayContaining(['Errors', 'Throttles']));
    }
  });

  test('every reader of a stream', () => {
    const readers = ofType('AWS::Lambda::EventSourceMapping').filter(([, it]) => it.Properties['StartingPosition']);
    expect(readers.length).toBeGreaterThan(0);
    for (const [id, { Properties }] of readers) {
      expect(watched('FunctionName', String(referred(Properties['FunctionName']))), id).toContain('IteratorAge');
    }
  });

  test('every queue: its age where a function takes its messages, and whether it is empty where none does', () => {
    const consumed = ofType('AWS::Lambda::EventSourceMapping').map(([, it]) =>
      referred(it.Properties['EventSourceArn']),
    );
    for (const [id] of ofType('AWS::SQS::Queue')) {
      const metric = consumed.includes(id) ? 'ApproximateAgeOfOldestMessage' : 'ApproximateNumberOfMessagesVisible';
      expect(watched('QueueName', id), id).toContain(metric);
    }
  });

  test('every table', () => {
    for (const [id] of ofType('AWS::DynamoDB::Table')) {
      expect(watched('TableName', id), id).toEqual(
        expect.arrayContaining(['SuccessfulRequestLatency', 'ThrottledRequests']),
      );
    }
  });

  test('every HTTP API', () => {
    const apis = ofType('AWS::ApiGatewayV2::Api').filter(([, it]) => it.Properties['ProtocolType'] === 'HTTP');
    expect(apis.length).toBeGreaterThan(0);
    for (const [id] of apis) {
      expect(watched('ApiId', id), id).toEqual(expect.arrayContaining(['Latency', '5xx']));
      expect(watched('api', id), id).toEqual([GATEWAY_THROTTLES]);
    }
  });
});

/**
 * AWS's metrics by namespace and dimensions, as its documentation has them: the user guides' pages on metrics of Lambda,
 * SQS, DynamoDB, API Gateway (HTTP APIs), S3 and EventBridge Scheduler.
 */
const DOCUMENTED: Record<string, Record<string, readonly string[]>> = {
  'AWS/Lambda': {
    FunctionName: ['Invocations', 'Errors', 'Throttles', 'Duration', 'ConcurrentExecutions', 'IteratorAge'],
  },
  'AWS/SQS': {
    QueueName: ['ApproximateAgeOfOldestMessage', 'ApproximateNumberOfMessagesVisible'],
  },
  'AWS/DynamoDB': { 'Operation,TableName': ['SuccessfulRequestLatency', 'ThrottledRequests'] },
  'AWS/ApiGateway': { ApiId: ['4xx', '5xx', 'Count', 'Latency', 'IntegrationLatency', 'DataProcessed'] },
  'AWS/Scheduler': { ScheduleGroup: ['InvocationAttemptCount', 'TargetErrorCount', 'InvocationDroppedCount'] },
  'AWS/S3': { 'BucketName,StorageType': ['BucketSizeBytes', 'NumberOfObjects'] },
};

/** What the service sends itself, with the stack's name as namespace. */
const OWN: readonly { name: string; by: readonly (readonly string[])[] }[] = [
  ...Object.values(METRICS),
  { name: GATEWAY_THROTTLES, by: [['api']] },
];

function isKnown({ namespace, name, dimensions }: Series): boolean {
  const set = Object.keys(dimensions).sort().join();
  if (namespace !== 'Vigia') return DOCUMENTED[namespace]?.[set]?.includes(name) ?? false;
  return OWN.some((metric) => metric.name === name && metric.by.some((by) => by.toSorted().join() === set));
}

const filters = ofType('AWS::Logs::MetricFilter').flatMap(([, { Properties }]) => Properties['MetricTransformations']);

test('every metric that an alarm watches exists', () => {
  const unknown = alarms.flatMap(({ series }) => series).filter((series) => !isKnown(series));
  expect(unknown).toEqual([]);
  expect(new Set(filters.map(({ MetricName }) => MetricName))).toEqual(new Set([GATEWAY_THROTTLES]));
});

test('so does every metric on the dashboard', () => {
  const [board, ...others] = ofType('AWS::CloudWatch::Dashboard');
  expect(others).toEqual([]);
  const { widgets } = readDashboard(board?.[1].Properties['DashboardBody']);
  const series = widgets.flatMap(({ properties }) => (properties.metrics ?? []).flatMap(readSeries));
  expect(series.length).toBeGreaterThan(50);
  expect(series.filter((it) => !isKnown(it))).toEqual([]);
  const listed = widgets.flatMap(({ properties }) => properties.alarms ?? []);
  expect(listed.toSorted()).toEqual(alarms.map(({ id }) => id).toSorted());
});

/** References in the body's text become the logical ids that they refer to. */
function readDashboard(body: unknown) {
  const parts = z.object({ 'Fn::Join': z.tuple([z.literal(''), z.array(z.unknown())]) }).parse(body)['Fn::Join'][1];
  const text = parts.map((part) => (typeof part === 'string' ? part : referred(part))).join('');
  const properties = z.object({
    metrics: z.array(z.array(z.unknown())).optional(),
    alarms: z.array(z.string()).optional(),
  });
  return z.object({ widgets: z.array(z.object({ properties })) }).parse(JSON.parse(text));
}

/** `[namespace, name, dimension, value, …, options]`; an expression has options alone. */
function readSeries(metric: readonly unknown[]): Series[] {
  const texts = metric.filter((part) => typeof part === 'string');
  const [namespace, name, ...pairs] = texts;
  if (namespace === undefined || name === undefined) return [];
  const dimensions = pairs.flatMap((part, index) => (index % 2 === 0 ? [[part, pairs[index + 1]]] : []));
  return [{ namespace, name, dimensions: Object.fromEntries(dimensions) }];
}

test('each alarm says what is wrong, and what to do stands in docs/operations.md', () => {
  const headings = [...readFileSync('docs/operations.md', 'utf8').matchAll(/^## (.+)$/gm)].map(([, heading]) =>
    String(heading).toLowerCase().replaceAll(' ', '-'),
  );
  const named = alarms.map(({ id, description }) => {
    const parts = /^[A-Z].{20,}\. docs\/operations\.md#([a-z-]+)$/.exec(description);
    expect(parts, `${id}: ${description}`).not.toBeNull();
    return parts?.[1];
  });
  // The first entries are about more than one alarm.
  const [, , ...entries] = headings;
  expect(new Set(named)).toEqual(new Set(entries));
});

test('what API Gateway turned away is told from what the function refused', () => {
  const filters = ofType('AWS::Logs::MetricFilter');
  for (const [id, { Properties }] of filters) {
    const conditions = [...Properties['FilterPattern'].matchAll(/\$\.(\w+) = "([^"]*)"/g)];
    expect(conditions.length, id).toBeGreaterThan(0);
    const stage = ofType('AWS::ApiGatewayV2::Stage').find(
      ([, it]) => referred(it.Properties['AccessLogSettings'].DestinationArn) === referred(Properties['LogGroupName']),
    );
    const write = compileAccessLog(stage?.[1].Properties['AccessLogSettings'].Format);
    const counts = (exchange: Exchange) => {
      const line = JSON.parse(write(exchange));
      expect(line.api).toBe('the-api');
      return conditions.every(([, field = '', value]) => line[field] === value);
    };
    expect(counts(exchangeOf(429)), id).toBe(true);
    expect(counts(exchangeOf(429, 429)), id).toBe(false);
    expect(counts(exchangeOf(404)), id).toBe(false);
    expect(counts(exchangeOf(200, 200)), id).toBe(false);
  }
});

/** @param integration the function's status, where it was asked */
function exchangeOf(status: number, integration?: number): Exchange {
  return {
    request: {
      method: 'POST',
      path: '/',
      rawQuery: '',
      protocol: 'HTTP/1.1',
      rawHeaders: [],
      body: Buffer.alloc(0),
      sourceIp: '192.0.2.1',
      receivedAt: new Date(0),
    },
    response: { status, headers: {}, body: Buffer.alloc(0) },
    requestId: 'request',
    apiId: 'the-api',
    stage: '$default',
    routeKey: 'POST /',
    latency: 1,
    ...(integration === undefined
      ? {}
      : { integration: { requestId: 'of-lambda', status: integration, latency: 1, error: undefined } }),
  };
}

describe('alarms', () => {
  /** The CDK loads what it needs when it is first asked for it. */
  const LOADING_MS = 120_000;

  function watchedStack(alarms: { email?: string }): Template {
    const stack = new Stack(new App(), 'Watched');
    deadLetterQueue(stack, 'DeadLetters');
    new Watching(stack, 'Watching', alarms);
    return Template.fromStack(stack);
  }

  test(
    'are mailed, when they begin and when they are over, by CloudWatch alone and over TLS',
    () => {
      const template = watchedStack({ email: 'owner@example.com' });
      template.hasResourceProperties('AWS::SNS::Subscription', { Protocol: 'email', Endpoint: 'owner@example.com' });
      const [topic] = Object.keys(template.findResources('AWS::SNS::Topic'));
      const action = [{ Ref: topic }];
      template.allResourcesProperties('AWS::CloudWatch::Alarm', { AlarmActions: action, OKActions: action });
      const [policy] = Object.values(template.findResources('AWS::SNS::TopicPolicy'));
      expect(policy?.['Properties'].PolicyDocument.Statement).toEqual([
        expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
        expect.objectContaining({
          Effect: 'Allow',
          Action: 'sns:Publish',
          Principal: { Service: 'cloudwatch.amazonaws.com' },
          Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
        }),
      ]);
    },
    LOADING_MS,
  );

  test(
    'only show where no address is given',
    () => {
      const template = watchedStack({});
      template.resourceCountIs('AWS::SNS::Topic', 0);
      const [alarm] = Object.values(template.findResources('AWS::CloudWatch::Alarm'));
      expect(alarm?.['Properties'].AlarmActions).toBeUndefined();
    },
    LOADING_MS,
  );
});
