import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { ROOT } from '../assembly.ts';
import { unneededGrants } from './grants.ts';
import { listen } from './listen.ts';
import { type QueuesRun, startQueuesRun } from './queues-run.ts';

/** Turns in the queues, jobs that come twice, dead letters, and the ways back. */

vi.setConfig({ testTimeout: 120_000 });

let queues: QueuesRun;

const FAILED = { screenshot_status: 'failed', capturing: undefined } as const;
const CHART = { chart_id: 'abcd1234' };
/** Two for each mapping of a queue that is held, and those that the tests need. */
const BROWSERS = 8;
const CONTEXTS = 3;
const PATIENCE = { timeout: 60_000 };

beforeAll(async () => {
  queues = await startQueuesRun(BROWSERS, ['FreeQueue', 'PremiumQueue', 'BasicQueue', 'ProQueue']);
}, 120_000);
afterAll(() => queues?.close());

async function redrive(...options: string[]) {
  const command = [join(ROOT, 'bin/redrive.ts'), '--data', queues.run.dataDirectory, ...options];
  const { stdout } = await promisify(execFile)(process.execPath, command);
  return JSON.parse(stdout);
}

/** The number of the capture whose image a signal shows. */
async function captured(id: string | undefined): Promise<string> {
  const { screenshot_url } = await queues.run.captured(String(id));
  return new URL(String(screenshot_url)).pathname.split('/').at(-1) ?? '';
}

/** Until the relay has seen all that was planted for a user before: in its order comes a capture that failed. */
async function seenByRelay(userId: string): Promise<void> {
  const before = await queues.depth('CapturesDeadLetters');
  await queues.plant(userId, 1, { ...FAILED, screenshot_reason: 'blank' });
  await expect.poll(() => queues.depth('CapturesDeadLetters'), PATIENCE).toBe(before + 1);
}

test('ten premium captures are done before the tenth of two hundred free ones that wait', async () => {
  const free = await Promise.all(
    Array.from({ length: 40 }, async (_, index) => {
      const user = await queues.newUser(`free-${index}`, 'free');
      await queues.plant(user.id, 5, CHART);
      return user;
    }),
  );
  await expect.poll(() => queues.depth('FreeQueue'), PATIENCE).toBe(200);
  const premium = await Promise.all(
    Array.from({ length: 10 }, async (_, index) => {
      const user = await queues.newUser(`premium-${index}`, 'premium');
      const [signal] = await queues.plant(user.id, 1, CHART);
      return { ...user, signal };
    }),
  );
  await expect.poll(() => queues.depth('PremiumQueue'), PATIENCE).toBe(10);

  queues.holdUploads(true);
  queues.letGo('FreeQueue');
  queues.letGo('PremiumQueue');
  // All that run at once; none ends before the test lets it.
  const freeAtOnce = 2 * CONTEXTS;
  await expect.poll(() => queues.uploads.length, PATIENCE).toBe(premium.length + freeAtOnce);
  const running = new Set(queues.uploads.map(({ locator }) => locator));
  expect(premium.every(({ locator }) => running.has(locator))).toBe(true);
  // Each of another user.
  expect(free.filter(({ locator }) => running.has(locator))).toHaveLength(freeAtOnce);

  const isPremium = ({ locator }: { locator: string }) => premium.some((user) => user.locator === locator);
  for (const upload of queues.uploads.filter(isPremium)) upload.goOn();
  for (const { signal } of premium) expect(await captured(signal)).toBe('1.png');
  expect(queues.uploads.filter((upload) => !isPremium(upload))).toHaveLength(freeAtOnce);
});

test("a user's hundred captures do not hold up another's by more than two", async () => {
  const many = await queues.newUser('many', 'basic');
  const one = await queues.newUser('one', 'basic');
  await queues.plant(many.id, 100, CHART);
  await expect.poll(() => queues.depth('BasicQueue'), PATIENCE).toBe(100);
  const begun = () => queues.uploads.filter(({ locator }) => [many.locator, one.locator].includes(locator));
  const atOnce = 3 * CONTEXTS;
  queues.letGo('BasicQueue');
  await expect.poll(() => begun().length, PATIENCE).toBe(atOnce);
  const [signal] = await queues.plant(one.id, 1, CHART);
  await expect.poll(() => queues.depth('BasicQueue'), PATIENCE).toBe(100 - atOnce + 1);
  // Each browser's captures end, and no more; the other user's is among those that follow.
  for (const { goOn } of begun()) goOn();
  await expect.poll(() => begun().length, PATIENCE).toBe(2 * atOnce);
  begun()
    .find(({ locator }) => locator === one.locator)
    ?.goOn();
  expect(await captured(signal)).toBe('1.png');
  for (const queue of ['FreeQueue', 'BasicQueue']) await queues.purge(queue);
  queues.holdUploads(false);
});

test('a job that comes twice at once makes one image and is told of once', async () => {
  const { heard, socket } = await listen(queues.run);
  const { url, locator } = await queues.newUser('twice', 'premium');
  queues.holdUploads(true);
  const { json } = await queues.run.alert(url, 'BTCUSDT buy', CHART.chart_id);
  const signal_id = String(json['signal_id']);
  await queues.send('PremiumQueue', { locator, signal_id, generation: 1 });
  await expect.poll(() => queues.uploads.length, PATIENCE).toBe(2);
  queues.holdUploads(false);
  expect(await captured(signal_id)).toBe('1.png');
  expect(await queues.storage.objects(signal_id)).toEqual([`images/${locator}/${signal_id}/1.png`]);
  const ends = () => heard.filter(({ type, data }) => type === 'screenshot.completed' && data['id'] === signal_id);
  await expect.poll(ends, PATIENCE).toHaveLength(1);

  // Asked for again while one runs: the old one ends without effect.
  queues.holdUploads(true);
  const again = () => queues.run.api('POST', `/api/signals/${signal_id}/screenshot`);
  expect((await again()).json).toMatchObject({ screenshot_status: 'pending', screenshot_url: null });
  await expect.poll(() => queues.uploads.length, PATIENCE).toBe(1);
  await again();
  await expect.poll(() => queues.uploads.length, PATIENCE).toBe(2);
  queues.uploads[0]?.goOn();
  await expect.poll(() => queues.storage.objects(`${signal_id}/2.png`), PATIENCE).toHaveLength(1);
  queues.holdUploads(false);
  expect(await captured(signal_id)).toBe('3.png');
  await expect.poll(ends, PATIENCE).toHaveLength(2);
  expect(ends().map(({ data }) => new URL(String(data['screenshot_url'])).pathname.split('/').at(-1))).toEqual([
    '1.png',
    '3.png',
  ]);
  socket.terminate();
});

test('captures whose job was lost are asked for again, and no others', async () => {
  const lost = { screenshot_status: 'pending' } as const;
  // Nobody sends a job for a signal without a user.
  const [pending] = await queues.plant('stranded', 1, lost, 20);
  const begun = {
    screenshot_status: 'processing',
    tries: 2,
    updated_at: new Date(Date.now() - 1_000_000).toISOString(),
  } as const;
  const [processing] = await queues.plant('stranded', 1, { ...begun, ...CHART }, 60);
  const [young] = await queues.plant('stranded', 1, lost, 10);
  const [nobodys] = await queues.plant('nobody', 1, lost, 20);
  const patient = await queues.newUser('patient', 'pro');
  const [waiting] = await queues.plant(patient.id, 1, { ...lost, ...CHART }, 20);
  await expect.poll(() => queues.depth('ProQueue'), PATIENCE).toBe(1);

  for (const id of ['stranded', 'nobody']) await seenByRelay(id);
  await queues.purge('CapturesDeadLetters');
  await queues.newUser('stranded', 'premium');
  queues.run.cloud.runSchedules();
  expect(await captured(pending)).toBe('2.png');
  expect(await captured(processing)).toBe('2.png');
  queues.letGo('ProQueue');
  expect(await captured(waiting)).toBe('1.png');
  const { json } = await queues.run.api('GET', '/api/users/stranded/signals?screenshot_status=pending');
  expect(json['signals']).toMatchObject([{ id: young }]);
  await queues.newUser('nobody', 'premium');
  expect((await queues.run.api('GET', `/api/signals/${nobodys}`)).json).toMatchObject({ screenshot_status: 'pending' });
});

test('a failed capture leaves a dead letter, by which it is asked for again', async () => {
  const user = await queues.newUser('failing', 'premium');
  const other = await queues.newUser('failing-too', 'premium');
  const [timeout] = await queues.plant(user.id, 1, { ...FAILED, screenshot_reason: 'timeout' });
  const [blank] = await queues.plant(user.id, 1, { ...FAILED, screenshot_reason: 'blank' });
  const [others] = await queues.plant(other.id, 1, { ...FAILED, screenshot_reason: 'timeout' });
  const deadLetters = () => queues.depth('CapturesDeadLetters');
  await expect.poll(deadLetters, PATIENCE).toBe(3);
  const [crashed] = await queues.plant('late', 1);
  await seenByRelay('late');

  const counts = { queue: 'captures', set_pending: 0, superseded: 0, completed: 0, gone: 0, left: 0 };
  expect(await redrive('--user', user.id, '--reason', 'timeout')).toEqual({ ...counts, set_pending: 1, left: 3 });
  expect(await captured(timeout)).toBe('2.png');
  expect((await queues.run.api('GET', `/api/signals/${blank}`)).json).toMatchObject({ screenshot_reason: 'blank' });
  expect(await deadLetters()).toBe(3);

  // Told of twice, ended well, deleted, put aside by SQS before it began, and no capture's at all.
  const letter = (signal_id: string | undefined, generation: number, locator = user.locator) =>
    queues.send('CapturesDeadLetters', { locator, signal_id, generation });
  await letter(timeout, 1);
  await letter(timeout, 2);
  await letter('gone', 1);
  await queues.send('CapturesDeadLetters', 'nonsense');
  const late = await queues.newUser('late', 'free');
  await letter(crashed, 1, late.locator);
  expect(await redrive()).toEqual({ ...counts, set_pending: 4, superseded: 1, completed: 1, gone: 1, left: 1 });
  for (const id of [blank, others, crashed]) expect(await captured(id)).toBe('2.png');
  expect(await deadLetters()).toBe(1);
});

test('the jobs of another queue go back there', async () => {
  const job = { kind: 'user', locator: 'nobody', deleted_at: new Date(0).toISOString() };
  for (let sent = 0; sent < 3; sent += 1) await queues.send('DeletionDeadLetters', job);
  expect(await redrive('--queue', 'deletion')).toEqual({ queue: 'deletion', moved: 3 });
  await expect.poll(() => queues.depth('DeletionQueue'), PATIENCE).toBe(0);
  expect(await queues.depth('DeletionDeadLetters')).toBe(0);
});

test('what cannot be done is said', async () => {
  await expect(redrive('--queue', 'nothing')).rejects.toThrow('There is no queue nothing, only captures');
  await expect(redrive('--queue', 'exports', '--user', 'x')).rejects.toThrow('only captures can be chosen');
});

test('every grant was needed and none was missing', () => {
  expect(queues.run.problems).toEqual([]);
  expect(unneededGrants(queues.run, 'queues')).toEqual([]);
});
