import { z } from 'zod';
import { readJson } from './json-request.ts';
import { logGroupArn, logStreamArn, OPERATIONS } from './logs/operations.ts';
import { LogStore } from './logs/store.ts';
import { AwsError, type AwsRequest, type AwsService, type Permission } from './service.ts';
import { readProperties } from './template-properties.ts';

export { logGroupArn, logStreamArn } from './logs/operations.ts';
export type { LogStore } from './logs/store.ts';

const TARGET = 'Logs_20140328.';

const groupProperties = z.strictObject({
  LogGroupName: z.string().optional(),
  LogGroupClass: z.literal('STANDARD').optional(),
  RetentionInDays: z.int().min(1).optional(),
  Tags: z.unknown().optional(),
});

/** CloudWatch Logs: an operator's service, and the store that the services here write their logs to. */
export interface Logs {
  /** Closing it closes the store. */
  service: AwsService;
  store: LogStore;
  /** Makes the log group of an `AWS::Logs::LogGroup` resource's resolved properties, or updates its retention. */
  defineGroup(resource: { logicalId: string; name: string }, properties: unknown): void;
}

/** @param file the SQLite file that keeps groups, streams and events */
export function createLogs(file: string, now: () => number = Date.now): Logs {
  const store = new LogStore(file, now);
  const service: AwsService = {
    name: 'logs',
    operation: ({ headers }) => {
      const target = headers['x-amz-target'] ?? '';
      const name = target.startsWith(TARGET) ? target.slice(TARGET.length) : '';
      return OPERATIONS.has(name) ? name : undefined;
    },
    permissions: (request) => [permission(request)],
    handle: async (request) => {
      const operation = OPERATIONS.get(request.operation);
      if (operation === undefined) throw new AwsError('UnknownOperationException', request.operation);
      return json(200, operation(store, readJson(request.body)));
    },
    error: (error) => json(error.status, { __type: error.code, message: error.message, ...error.detail }),
    close: async () => store.close(),
  };
  return {
    service,
    store,
    defineGroup: ({ logicalId, name }, properties) => {
      store.defineGroup(name, readProperties(groupProperties, logicalId, properties).RetentionInDays);
    },
  };
}

/** What IAM checks: the resources that AWS's own denials name. */
function permission(request: AwsRequest): Permission {
  const named = z
    .object({ logGroupName: z.string().default(''), logStreamName: z.string().default('') })
    .safeParse(readJson(request.body));
  const { logGroupName = '', logStreamName = '' } = named.data ?? {};
  const ofGroup = request.operation === 'CreateLogGroup' || request.operation === 'DeleteLogGroup';
  return {
    action: `logs:${request.operation}`,
    resource: ofGroup ? logGroupArn(logGroupName) : logStreamArn(logGroupName, logStreamName),
  };
}

function json(status: number, body: unknown) {
  return { status, headers: { 'content-type': 'application/x-amz-json-1.1' }, body: JSON.stringify(body) };
}
