import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { readFunction } from '../../../local/lambda/function.ts';
import { Pool, type Share } from '../../../local/lambda/pool.ts';
import { ROLE } from './harness.ts';

/** Sources that wait for the instances of one function. */

const shareOf = (weight: number): Share => ({ weight, taken: 0 });

const codeDirectory = mkdtempSync(join(tmpdir(), 'vigia-pool-'));
writeFileSync(join(codeDirectory, 'index.mjs'), '');
afterAll(() => rmSync(codeDirectory, { recursive: true }));

function poolOf(limit: number): Pool {
  const definition = readFunction({
    logicalId: 'Fn',
    name: 'fn',
    properties: { Code: {}, Handler: 'index.handler', Runtime: 'nodejs24.x', Role: ROLE },
    codeDirectory,
    credentials: { accessKeyId: 'x', secretAccessKey: 'x', sessionToken: 'x' },
  });
  const start = () => {
    throw new Error('Nothing is to be invoked');
  };
  return new Pool(definition, { limit, idleMilliseconds: 1000, start });
}

test('turns are taken in the ratio of the weights, whoever came first', async () => {
  const weight = fc.integer({ min: 1, max: 10 });
  await fc.assert(
    fc.asyncProperty(fc.tuple(weight, weight, weight), fc.nat(20), async (weights, alone) => {
      const pool = poolOf(1);
      const [first, ...others] = [shareOf(weights[0]), shareOf(weights[1]), shareOf(weights[2])] as const;
      const given: { share: Share; end: () => void }[] = [];
      const wait = (share: Share) => void pool.takeTurn(share).then((end) => given.push({ share, end }));
      /** Who has the turn waits for the next one while its batch is worked on. */
      const next = async () => {
        await turn();
        const [{ share, end } = { share: first, end: () => {} }] = given.splice(0, 1);
        share.taken += 1 / share.weight;
        wait(share);
        end();
        return share;
      };
      wait(first);
      for (let turns = 0; turns < alone; turns += 1) expect(await next()).toBe(first);
      others.forEach(wait);
      const order: Share[] = [];
      const sum = weights.reduce((total, one) => total + one, 0);
      while (order.length < 3 * sum) order.push(await next());
      for (const share of [first, ...others]) {
        const turns = order.filter((it) => it === share).length;
        expect(Math.abs(turns - 3 * share.weight)).toBeLessThanOrEqual(weights.length);
      }
      await pool.close(0);
    }),
    { numRuns: 50 },
  );
});

test('no more turns are given than there are instances', async () => {
  const pool = poolOf(2);
  const taken: (() => void)[] = [];
  for (let asked = 0; asked < 3; asked += 1) {
    void pool.takeTurn({ weight: 1, taken: 0 }).then((end) => taken.push(end));
  }
  await turn();
  expect(taken).toHaveLength(2);
  taken[0]?.();
  taken[0]?.();
  await turn();
  expect(taken).toHaveLength(3);
  await pool.close(0);
});
