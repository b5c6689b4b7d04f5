import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { until } from './harness.ts';

let directory: string;
let child: ChildProcess | undefined;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'vigia-kill-'));
  writeFileSync(
    join(directory, 'index.mjs'),
    `import { appendFileSync } from 'node:fs';
     export const handler = async ({ Records }) => {
       for (const it of Records) appendFileSync(process.env.SEEN, it.dynamodb.Keys.id.S + '\\n');
       await new Promise((resolve) => setTimeout(resolve, 20));
     };`,
  );
});
afterEach(() => {
  child?.kill('SIGKILL');
  rmSync(directory, { recursive: true, force: true });
});

it('a SIGKILL repeats at most the batch that was running, and leaves nothing out', async () => {
  const script = fileURLToPath(new URL('./kill-process.ts', import.meta.url));
  const file = join(directory, 'seen');
  const seen = () => (existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : []);
  let kills = 0;
  for (const count of [8, 30, 60]) {
    child = spawn(process.execPath, [script, directory], { stdio: ['ignore', 'ignore', 'inherit'] });
    const ended = new Promise((resolve) => child?.once('exit', resolve));
    await until(() => new Set(seen()).size >= count, `${count} records`);
    child.kill('SIGKILL');
    await ended;
    kills += 1;
  }
  const all = Array.from({ length: 60 }, (_, index) => `k${index + 1}`);
  expect([...new Set(seen())]).toEqual(all);
  expect(seen().length - 60).toBeLessThanOrEqual(kills * 5);
});
