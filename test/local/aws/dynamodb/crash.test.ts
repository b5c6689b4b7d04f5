import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { paginateScan } from '@aws-sdk/client-dynamodb';
import { expect, it, onTestFinished } from 'vitest';
import type { Item } from '../../../../local/aws/dynamodb/values.ts';
import { type Running, start, TABLE, temporaryDir } from './server.ts';
import { folded, readStream } from './stream-reader.ts';

const STORM = fileURLToPath(new URL('storm.ts', import.meta.url));

/** How many statements a storm makes before it kills itself; undefined: it is killed from outside. */
const ROUNDS = [201, 302, 403, 504, undefined, undefined];

/** Lets a storm write until it is killed. @returns the revisions it acknowledged. */
async function storm(dir: string, round: number, statements: number | undefined): Promise<string[]> {
  const args = [STORM, dir, String(round), ...(statements === undefined ? [] : [String(statements)])];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const enough = 50 + Math.random() * 100;
  let output = '';
  child.stdout.on('data', (data: Buffer) => {
    output += data.toString();
    if (statements === undefined && output.split('\n').length > enough) child.kill('SIGKILL');
  });
  const [, signal] = await once(child, 'close');
  expect(signal).toBe('SIGKILL');
  // What follows the last newline was cut off by the kill.
  return output.split('\n').slice(0, -1);
}

async function scan(running: Running, IndexName?: string): Promise<Item[]> {
  const items: Item[] = [];
  const input = { TableName: 'storm', ...(IndexName && { IndexName }) };
  for await (const { Items = [] } of paginateScan({ client: running.client }, input)) {
    items.push(...JSON.parse(JSON.stringify(Items)));
  }
  return items;
}

const byKey = (items: Item[]) =>
  new Map(items.map((item) => [JSON.stringify({ pk: item['pk'], sk: item['sk'] }), item]));

it('SIGKILL in a storm of writes loses no acknowledged write and no record, and makes none up', async () => {
  const { dir, remove } = await temporaryDir();
  onTestFinished(remove);
  const acknowledged: string[] = [];
  for (const [round, statements] of ROUNDS.entries()) {
    const written = await storm(dir, round, statements);
    expect(written.length).toBeGreaterThan(20);
    acknowledged.push(...written);

    const running = await start({ dir });
    const { streamArn = '' } = await running.dynamoDb.defineTable('storm', TABLE);
    const records = await readStream(running, streamArn);
    const items = await scan(running);

    // Each record starts where the one before it ended, and together they make the table: none is missing or made up.
    expect(folded(records)).toEqual(byKey(items));

    // A write of one item has one record, a transaction one for each of its two items.
    const seen = new Map<string, string[]>();
    for (const { dynamodb } of records) {
      const rev = JSON.stringify(dynamodb.NewImage?.['rev']);
      seen.set(rev, [...(seen.get(rev) ?? []), JSON.stringify(dynamodb.Keys['sk'])]);
    }
    for (const rev of acknowledged) {
      const left = Number(rev.split('-')[1]) % 4 === 2 ? ['{"S":"left"}', '{"S":"right"}'] : [expect.any(String)];
      expect(seen.get(JSON.stringify({ S: rev })), rev).toEqual(left);
    }
    for (const [rev, keys] of seen) {
      if (keys.some((sk) => /left|right/.test(sk))) expect(keys, rev).toHaveLength(2);
    }

    const indexed = await scan(running, 'by-pending');
    const pending = items.filter((item) => item['pending']).map(({ pk, sk, pending, at }) => ({ pk, sk, pending, at }));
    expect(byKey(indexed)).toEqual(
      new Map(pending.map((item) => [JSON.stringify({ pk: item.pk, sk: item.sk }), item])),
    );
    await running.stop();
  }
});
