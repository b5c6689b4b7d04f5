import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { z } from 'zod';
import { readWebhookToken } from '../../core/access/tokens.ts';
import { admissionUpdate } from '../../core/alerts/admission.ts';
import { identifyAlert, signalId } from '../../core/alerts/alert-id.ts';
import { partition, signalKey, USER_SORT_KEY } from '../../core/alerts/keys.ts';
import { firstFreePort } from '../../local/ports.ts';
import type { Outputs } from '../../local/run.ts';
import { startProcess } from '../integration/start-process.ts';
import { median, percentile, round } from './figures.ts';

/**
 * The handler in this process against a bare loop of the same two SDK calls, by turns, both on the tables of a local run
 * in another process; then the whole door over HTTP.
 */

const ROUNDS = 7;
const ALERTS_A_ROUND = 150;
const SIDE_BY_SIDE = 4;
const HTTP_ALERTS = 100;
/** One user's alerts lie in one item: a crowd of users is what the tables see. */
const USERS = 100;

const tablesSchema = z.object({ TableNames: z.array(z.string()) });

export async function measureThroughput(assembly: string, bundle: string, dataDirectory: string): Promise<object[]> {
  const options = ['--assembly', assembly];
  const run = await startProcess(dataDirectory, await firstFreePort(), options);
  try {
    const { aws } = run.outputs;
    Object.assign(process.env, {
      AWS_ENDPOINT_URL: aws.endpointUrl,
      AWS_REGION: aws.region,
      AWS_ACCESS_KEY_ID: aws.accessKeyId,
      AWS_SECRET_ACCESS_KEY: aws.secretAccessKey,
      PLAN_LIMITS: JSON.stringify(PLAN_LIMITS),
    });
    process.env['ALERTS_TABLE'] = await alertsTable();
    const urls = await Promise.all(Array.from({ length: USERS }, (_, index) => newUser(run.outputs, `user-${index}`)));
    const tokens = urls.map((url) => url.split('/').at(-1) ?? '');
    const { handler }: { handler: (event: object, context: object) => Promise<{ statusCode: number }> } = await import(
      bundle
    );
    const context = { getRemainingTimeInMillis: () => 10_000 };
    const throughHandler = async (index: number, body: string) => {
      const { statusCode } = await handler(webhookEvent(tokens[index % USERS] ?? '', body), context);
      if (statusCode !== 200) throw new Error(`The handler answered ${statusCode}`);
    };
    const bare = bareLoop(tokens);
    const rates: { handler: number; bare: number }[] = [];
    for (let round = -1; round < ROUNDS; round += 1) {
      const rate = {
        handler: await ratePerSecond(throughHandler, `h${round}`),
        bare: await ratePerSecond(bare, `b${round}`),
      };
      if (round >= 0) rates.push(rate);
    }
    const latencies = await httpLatencies(urls);
    return [
      {
        figure: 'throughput',
        handler_per_second: round(median(rates.map((rate) => rate.handler)), 0),
        bare_loop_per_second: round(median(rates.map((rate) => rate.bare)), 0),
        ratio: round(median(rates.map((rate) => rate.handler / rate.bare))),
        target: 0.7,
      },
      {
        figure: 'answer over HTTP, warm',
        p50_ms: round(median(latencies), 1),
        p95_ms: round(percentile(latencies, 0.95), 1),
        target: { p50_ms: 100 },
      },
    ];
  } finally {
    await run.stop();
  }
}

async function ratePerSecond(send: (index: number, body: string) => Promise<void>, name: string): Promise<number> {
  const start = performance.now();
  let next = 0;
  await Promise.all(
    Array.from({ length: SIDE_BY_SIDE }, async () => {
      while (next < ALERTS_A_ROUND) {
        next += 1;
        await send(next, `BINANCE:BTCUSDT buy at ${next} ${name}`);
      }
    }),
  );
  return (ALERTS_A_ROUND * 1000) / (performance.now() - start);
}

/** The two calls alone: nothing is parsed, checked or answered. */
function bareLoop(tokens: string[]): (index: number, body: string) => Promise<void> {
  const client = DynamoDBDocumentClient.from(new DynamoDBClient({}), {
    marshallOptions: { removeUndefinedValues: true },
  });
  const users = z
    .array(z.object({ locator: z.string(), secretHash: z.instanceof(Uint8Array) }))
    .parse(tokens.map(readWebhookToken));
  const TableName = process.env['ALERTS_TABLE'];
  return async (index, message) => {
    const { locator, secretHash } = users[index % USERS] ?? { locator: '', secretHash: new Uint8Array() };
    const now = Date.now();
    const alert = identifyAlert(locator, undefined, message);
    const { Attributes } = await client.send(
      new UpdateCommand({
        TableName,
        Key: { pk: partition(locator), sk: USER_SORT_KEY },
        ...admissionUpdate({ secretHash, alert: alert.hash, now }, PLAN_LIMITS, { passed: [] }),
        ReturnValues: 'ALL_NEW',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    );
    const id = signalId(now, alert);
    await client.send(
      new PutCommand({
        TableName,
        Item: {
          ...signalKey(locator, id),
          id,
          user_id: Attributes?.['user_id'],
          sequence: Attributes?.['admitted'],
          message,
          ticker: 'BINANCE:BTCUSDT',
          exchange: 'BINANCE',
          symbol: 'BTCUSDT',
          price: '1',
          signal_type: 'buy',
          direction: 'long',
          parse_status: 'full',
          generation: 1,
          screenshot_status: 'pending',
        },
        ConditionExpression: 'attribute_not_exists(pk)',
      }),
    );
  };
}

async function newUser({ apiUrl, adminApiKey }: Outputs, id: string): Promise<string> {
  const response = await fetch(`${apiUrl}/api/users`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': adminApiKey },
    body: JSON.stringify({ id, plan: 'premium', rate_per_minute: null }),
  });
  return z.object({ webhook_url: z.string() }).parse(await response.json()).webhook_url;
}

async function alertsTable(): Promise<string> {
  const { TableNames } = tablesSchema.parse(await new DynamoDBClient({}).send(new ListTablesCommand({})));
  const name = TableNames.find((table) => table.includes('Alerts'));
  if (!name) throw new Error(`No alerts table among ${TableNames}`);
  return name;
}

async function httpLatencies(urls: string[]): Promise<number[]> {
  const latencies: number[] = [];
  for (let index = -10; index < HTTP_ALERTS; index += 1) {
    const start = performance.now();
    const response = await fetch(urls[(index + USERS) % USERS] ?? '', {
      method: 'POST',
      body: `BINANCE:SOLUSDT buy at ${142 + index}`,
    });
    await response.text();
    if (response.status !== 200) throw new Error(`An alert was answered ${response.status}`);
    if (index >= 0) latencies.push(performance.now() - start);
  }
  return latencies;
}

function webhookEvent(token: string, body: string): Partial<APIGatewayProxyEventV2> {
  const path = `/webhook/u/${token}`;
  const http = { method: 'POST', path, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'bench' };
  return {
    version: '2.0',
    rawPath: path,
    headers: { 'content-type': 'text/plain' },
    body,
    isBase64Encoded: false,
    requestContext: { http, requestId: 'bench' } as APIGatewayProxyEventV2['requestContext'],
  };
}

const NONE = { signalsQuota: null, ratePerMinute: null, ratePerHour: null };
const PLAN_LIMITS = { premium: NONE, pro: NONE, basic: NONE, free: NONE };
