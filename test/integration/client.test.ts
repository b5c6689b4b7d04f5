import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROOT } from '../assembly.ts';
import { startTestRun, type TestRun } from './local-run.ts';

/** The typed client in `client/`. */

function run(file: string, ...options: string[]) {
  return promisify(execFile)(process.execPath, [join(ROOT, 'client', file), ...options]);
}

let service: TestRun;
beforeAll(async () => {
  service = await startTestRun();
}, 120_000);
afterAll(() => service?.close());

test('its types are what the routes say', async () => {
  await expect(run('generate.ts', '--check')).resolves.toMatchObject({ stderr: '' });
});

test('its example runs', async () => {
  const { apiUrl, adminApiKey } = service.outputs;
  const { stdout } = await run('example.ts', '--url', apiUrl, '--key', adminApiKey);
  expect(stdout.split('\n')).toEqual([
    expect.stringMatching(/^Created example-/),
    'Alert answered with 200',
    'Signal BINANCE:BTCUSDT at 67890.12',
    'Win rate 100 %, profit 230.38',
    '',
  ]);
});
