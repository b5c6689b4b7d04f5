import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { z } from 'zod';
import { firstFreePort } from '../../local/ports.ts';
import { killAfterAlerts } from './kill.ts';
import { failedStart, firstOutputs, startProcess } from './start-process.ts';

/** The start command as a user meets it: errors, Ctrl-C, a second start, a kill. */

const ASSEMBLY = ['--assembly', inject('assembly')];
let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vigia-start-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

test('Ctrl-C stops cleanly, and a second start finds the same data, keys and user', async () => {
  const data = join(directory, 'again');
  const port = await firstFreePort();
  const [first, told] = await Promise.all([startProcess(data, port, ASSEMBLY), firstOutputs(data)]);
  expect(told).toEqual(first.outputs);
  const { apiUrl, adminApiKey, demoUser } = first.outputs;
  expect(apiUrl).toBe(`http://127.0.0.1:${port}`);
  const sent = await fetch(demoUser.webhookUrl, { method: 'POST', body: 'BTCUSDT buy at 1' });
  const { signal_id } = z.object({ signal_id: z.string() }).parse(await sent.json());
  expect(await first.stop()).toBe(0);

  const second = await startProcess(data, port, ASSEMBLY);
  expect(second.outputs).toEqual(first.outputs);
  const found = await fetch(`${apiUrl}/api/signals/${signal_id}`, { headers: { 'x-api-key': adminApiKey } });
  expect(await found.json()).toMatchObject({ id: signal_id, user_id: demoUser.id });

  // A second start on its port or on its data says so and harms neither.
  const samePort = await failedStart(['--data', join(directory, 'other'), '--port', String(port), ...ASSEMBLY]);
  expect(samePort).toMatchObject({
    code: 1,
    output: expect.stringMatching(/^Port \d+ can't be used; is Vigía running/),
  });
  const sameData = await failedStart(['--data', data, '--port', String(await firstFreePort()), ...ASSEMBLY]);
  expect(sameData).toMatchObject({ code: 1, output: expect.stringContaining(data) });
  expect((await fetch(`${apiUrl}/health`)).status).toBe(200);
  expect(await second.stop()).toBe(0);
}, 120_000);

test('a kill right after the 200, and one in the middle of the captures, lose nothing', async () => {
  const port = await firstFreePort();
  for (const [round, delayMs] of [0, 400].entries()) {
    const { signals } = await killAfterAlerts(join(directory, 'killed'), port, ASSEMBLY, round, delayMs);
    expect(signals).toEqual([
      { status: 'completed', generation: '1.png' },
      { status: 'completed', generation: '1.png' },
    ]);
  }
}, 240_000);

test('what can not be started says why in a sentence', async () => {
  const broken = join(directory, 'broken.json');
  await writeFile(broken, '{"plans": {"free": {"signalsQuota": -1}}, "colour": "blue"}');
  const file = join(directory, 'a-file');
  await writeFile(file, 'mine');
  const foreign = join(directory, 'foreign');
  await startAndBreak(foreign);
  const cases: [string[], RegExp][] = [
    [['--config', broken], /broken\.json is not valid:[\s\S]*colour[\s\S]*plans\.free\.signalsQuota/],
    [['--config', join(directory, 'nowhere.json')], /nowhere\.json can't be read/],
    [['--data', file], /a-file is a file/],
    [['--data', join(file, 'below')], /below can not be written/],
    [['--data', directory], /holds something else/],
    [['--data', foreign, ...ASSEMBLY], /dynamodb/],
    [['--port', 'http'], /--port http is not a port/],
    [['--exchange', 'kraken'], /--exchange kraken/],
    [['--speed', '2'], /--speed/],
  ];
  for (const [options, message] of cases) {
    const { code, output } = await failedStart(['--port', String(await firstFreePort()), ...options]);
    expect(output).toMatch(message);
    expect(output).not.toMatch(/\n\s+at /);
    expect(code).toBe(1);
  }
  expect(await readFile(file, 'utf8')).toBe('mine');
}, 120_000);

/** A data directory whose table file holds something else. */
async function startAndBreak(data: string): Promise<void> {
  const run = await startProcess(data, await firstFreePort(), ASSEMBLY);
  await run.stop();
  await writeFile(join(data, 'dynamodb', 'dynamodb.sqlite'), 'not a database'.repeat(100));
}
