import { z } from 'zod';
import type { AwsCall } from '../../../local/aws/gateway.ts';

/**
 * How calls are told apart: by the function that makes one, the operation, and what it is done to. Nothing here knows
 * the calls that there are.
 */

const text = z.object({ S: z.string() });
const key = z.looseObject({ pk: text.optional(), sk: text.optional() });

const dynamodb = z.looseObject({
  TableName: z.string().optional(),
  IndexName: z.string().optional(),
  Key: key.optional(),
  Item: key.optional(),
  ExpressionAttributeValues: z.looseObject({ ':pk': text.optional() }).optional(),
});
const sqs = z.looseObject({ QueueUrl: z.string().default('') });

/** `RelayFunction sqs:SendMessageBatch CapturesChartQueue` */
export function siteOf(functionName: string, { service, operation, request }: AwsCall): string {
  return [plainName(functionName), `${service}:${operation}`, ...thingOf(service, request)].join(' ');
}

function thingOf(service: string, { path, body }: AwsCall['request']): string[] {
  switch (service) {
    case 'dynamodb': {
      const input = dynamodb.parse(JSON.parse(body.toString()));
      const { pk = input.ExpressionAttributeValues?.[':pk'], sk } = input.Key ?? input.Item ?? {};
      const keys = [pk, sk].flatMap((value) => (value === undefined ? [] : [kindOf(value.S)]));
      return [...names(input.TableName), ...names(input.IndexName), ...keys];
    }
    case 'sqs':
      return names(sqs.parse(JSON.parse(body.toString())).QueueUrl.split('/').at(-1));
    case 's3':
      return names(path.split('/')[1]);
    default:
      return [];
  }
}

function names(name: string | undefined): string[] {
  return name === undefined ? [] : [plainName(name)];
}

/** `S#0190…` and `S#0191…` are keys of one kind, and so are keys that are made up by chance. */
function kindOf(value: string): string {
  return value.replace(/#.*/s, '#').replace(/^\w*\d\w*$/, '*');
}

/** Without the stack and the hash that CloudFormation names things with. */
function plainName(name: string): string {
  return name.replace(/^vigia-/i, '').replace(/[0-9A-F]{8}(-.*)?$/i, '');
}

/** What in a text may name a tenant: ids, locators, receipts are long. */
export function tokensOf(content: string): string[] {
  return content.match(/[\w-]{20,}/g) ?? [];
}
