import { z } from 'zod';
import type { AwsCall } from '../../../local/aws/gateway.ts';
import type { Invocation } from '../../../local/lambda/types.ts';

/**
 * How calls are told apart: by the function that makes one, at which route where it has several, the operation, and what
 * it is done to. Nothing here knows the calls that there are.
 */

const routed = z.object({ routeKey: z.string() });

const text = z.object({ S: z.string() });
const key = z.looseObject({ pk: text.optional(), sk: text.optional() });

const item = z.looseObject({ Key: key.optional(), Item: key.optional() });
const dynamodb = item.extend({
  TableName: z.string().optional(),
  IndexName: z.string().optional(),
  TransactItems: z.array(z.record(z.string(), item)).default([]),
  ExpressionAttributeValues: z.looseObject({ ':pk': text.optional() }).optional(),
});
const sqs = z.looseObject({ QueueUrl: z.string().default('') });

/** `RelayFunction sqs:SendMessageBatch CapturesChartQueue`; with a route `PlatformApi POST /jobs dynamodb:…` */
export function siteOf({ functionName, event }: Invocation, { service, operation, request }: AwsCall): string {
  const route = routed.safeParse(JSON.parse(event)).data?.routeKey;
  const who = [plainName(functionName), ...(route === undefined ? [] : [route])];
  return [...who, `${service}:${operation}`, ...thingOf(service, request)].join(' ');
}

function thingOf(service: string, { path, body }: AwsCall['request']): string[] {
  switch (service) {
    case 'dynamodb': {
      const input = dynamodb.parse(JSON.parse(body.toString()));
      const { pk = input.ExpressionAttributeValues?.[':pk'], sk } = input.Key ?? input.Item ?? {};
      const written = input.TransactItems.flatMap((entry) => Object.values(entry).map((it) => (it.Key ?? it.Item)?.pk));
      const keys = [pk, sk, ...written].flatMap((value) => (value === undefined ? [] : [kindOf(value.S)]));
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

/** `S#0190…` and `S#0191…` are keys of one kind, and so are keys that are times or made up by chance. */
function kindOf(value: string): string {
  return value.replace(/#.*/s, '#').replace(/^.*\d.*$/, '*');
}

/** Without the stack and the hash that CloudFormation names things with. */
function plainName(name: string): string {
  return name.replace(/^vigia-/i, '').replace(/[0-9A-F]{8}(-.*)?$/i, '');
}

/** What in a text may name a tenant: ids, locators, receipts are long. */
export function tokensOf(content: string): string[] {
  return content.match(/[\w-]{20,}/g) ?? [];
}
