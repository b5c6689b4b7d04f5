import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { partition, SIGNAL_SORT_PREFIX, SUMMARY_SORT_PREFIX, signalKey } from '../../core/alerts/keys.ts';
import { ROOT } from '../assembly.ts';
import { startTestRun, type TestRun } from './local-run.ts';

/** Facts that an older parser would have left, read again by `npm run reparse`. */

let run: TestRun;
let table: DynamoDBDocumentClient;
const TableName = () => run.outputs.stackOutputs['AlertsTable'];

beforeAll(async () => {
  run = await startTestRun();
  const { endpointUrl, region, accessKeyId, secretAccessKey } = run.outputs.aws;
  const credentials = { accessKeyId, secretAccessKey };
  table = DynamoDBDocumentClient.from(new DynamoDBClient({ endpoint: endpointUrl, region, credentials }));
}, 120_000);
afterAll(async () => {
  table?.destroy();
  await run?.close();
});

async function newUser(id: string) {
  const { status, json } = await run.api('POST', '/api/users', { body: { id, plan: 'premium' } });
  expect(status).toBe(201);
  return { id, url: String(json['webhook_url']), locator: String(json['webhook_token']).slice(0, 22) };
}
type TestUser = Awaited<ReturnType<typeof newUser>>;

async function alertOf({ url }: TestUser, body: string): Promise<string> {
  const { status, json } = await run.alert(url, body, 'abcd1234');
  expect(status).toBe(200);
  await run.captured(String(json['signal_id']));
  return String(json['signal_id']);
}

/** Changes a stored signal behind the service's back; `undefined` takes an attribute away. */
async function leaveAs({ locator }: TestUser, id: string, attributes: Record<string, unknown>) {
  const names = Object.keys(attributes);
  const [set, gone] = [true, false].map((kept) => names.filter((name) => (attributes[name] !== undefined) === kept));
  const clause = (verb: string, parts: string[] = []) => (parts.length > 0 ? `${verb} ${parts.join(', ')} ` : '');
  await table.send(
    new UpdateCommand({
      TableName: TableName(),
      Key: { ...signalKey(locator, id) },
      UpdateExpression:
        clause(
          'SET',
          set?.map((name) => `#${name} = :${name}`),
        ) +
        clause(
          'REMOVE',
          gone?.map((name) => `#${name}`),
        ),
      ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
      ExpressionAttributeValues: Object.fromEntries((set ?? []).map((name) => [`:${name}`, attributes[name]])),
    }),
  );
}

async function item({ locator }: TestUser, sk: string) {
  const Key = { pk: partition(locator), sk };
  const { Item = {} } = await table.send(new GetCommand({ TableName: TableName(), Key, ConsistentRead: true }));
  return Item;
}
const stored = (user: TestUser, id: string) => item(user, SIGNAL_SORT_PREFIX + id);

async function listed({ id }: TestUser, filters: string): Promise<unknown[]> {
  const { status, json } = await run.api('GET', `/api/users/${id}/signals?${filters}`);
  expect(status).toBe(200);
  return z
    .array(z.object({ id: z.string() }))
    .parse(json['signals'])
    .map((signal) => signal.id);
}

async function reparse(...options: string[]) {
  const command = [join(ROOT, 'bin/reparse.ts'), '--data', run.dataDirectory, ...options];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, command);
  return { counts: JSON.parse(stdout), said: stdout + stderr };
}

test('facts, indexes and nothing else follow the parser of today', async () => {
  const user = await newUser('reparse-1');
  const first = await alertOf(user, 'Ticker: BINANCE:ADAUSDT\nPrecio: 0.4412\nSeñal: Compra\nIndicador: ADX DEF');
  const second = await alertOf(user, '{"ticker":"BINANCE:DOTUSDT","price":6.42,"action":"buy"}');
  const third = await alertOf(user, 'no facts at all here');
  const before = await stored(user, first);
  await leaveAs(user, first, {
    ticker: 'OLDUSDT',
    symbol: 'OLDUSDT',
    symbol_of: `${user.locator}#OLDUSDT`,
    parse_status: 'partial',
    notes: 'mine',
    exchange: undefined,
    price: undefined,
    indicator: undefined,
    indicator_key: undefined,
    indicator_of: undefined,
  });
  await leaveAs(user, third, { price: '7', parse_status: 'partial' });

  const dry = await reparse('--user', user.id, '--dry-run');
  expect(dry.counts).toMatchObject({ dry_run: true, users: 1, read: 3, changed: 2, unchanged: 1, left: 0 });
  expect(await stored(user, first)).toMatchObject({ symbol: 'OLDUSDT' });

  const { counts, said } = await reparse('--user', user.id);
  expect(counts).toEqual({
    dry_run: false,
    users: 1,
    read: 3,
    changed: 2,
    unchanged: 1,
    left: 0,
    fields: {
      ticker: 1,
      symbol: 1,
      exchange: 1,
      price: 2,
      indicator: 1,
      indicator_key: 1,
      parse_status: 2,
    },
  });
  expect(said).not.toMatch(/ADA|facts at all|BINANCE/);
  const { updated_at, ...after } = await stored(user, first);
  const { updated_at: _, ...expected } = before;
  expect(after).toEqual({ ...expected, notes: 'mine' });
  expect(String(updated_at) > String(before['updated_at'])).toBe(true);
  expect(await stored(user, third)).not.toHaveProperty('price');

  expect(await listed(user, 'symbol=ADAUSDT')).toEqual([first]);
  expect(await listed(user, 'symbol=OLDUSDT')).toEqual([]);
  expect(await listed(user, 'indicator=ADX+Def')).toEqual([first]);
  const { json } = await run.api('GET', `/api/users/${user.id}/analytics?group_by=symbol`);
  const keys = z.array(z.object({ key: z.string().nullable() })).parse(json['groups']);
  expect(keys.map(({ key }) => key)).toEqual(expect.arrayContaining(['ADAUSDT', 'DOTUSDT', null]));
  expect(keys).toHaveLength(3);
  // A summary of signals as they were before would be noticed.
  expect(await item(user, SUMMARY_SORT_PREFIX)).toMatchObject({ rev: 2 });
  expect(await stored(user, second)).toMatchObject({ symbol: 'DOTUSDT', price: '6.42' });

  expect((await reparse('--user', user.id)).counts).toMatchObject({ changed: 0, unchanged: 3, fields: {} });
});

test('all users are read, over pages', async () => {
  const users = [await newUser('reparse-2'), await newUser('reparse-3')];
  for (const user of users) {
    const id = await alertOf(user, 'BUY ETHUSDT @ 3120.5');
    await leaveAs(user, id, { price: '1' });
  }
  const { counts } = await reparse();
  expect(counts).toMatchObject({ changed: 2, left: 0, fields: { price: 2 } });
  expect(counts.users).toBeGreaterThanOrEqual(3);
});

test('what cannot be done is said', async () => {
  await expect(reparse('--user', 'nobody')).rejects.toThrow('There is no user nobody');
  await expect(reparse('--oops')).rejects.toThrow(/oops/);
});
