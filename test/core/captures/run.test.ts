import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { userLocator } from '../../../core/access/tokens.ts';
import { timedId } from '../../../core/alerts/alert-id.ts';
import { signalKey } from '../../../core/alerts/keys.ts';
import type { Outcome } from '../../../core/aws/queue-worker.ts';
import { CaptureFailure, type Draw } from '../../../core/captures/picture.ts';
import { type AwsCall, ConnectionDropped } from '../../../local/aws/gateway.ts';
import { AwsError } from '../../../local/aws/service.ts';
import { type Drawer, startDrawer } from './drawer.ts';

/** Runs of one capture, stopped, broken off and failing at every call: one image, one end. */

let drawer: Drawer;
let signals: typeof import('../../../core/alerts/signals.ts');
let users: typeof import('../../../core/alerts/users.ts');
let captures: typeof import('../../../core/captures/run.ts');

beforeAll(async () => {
  drawer = await startDrawer();
  // Only now: their clients take the endpoint from the environment.
  signals = await import('../../../core/alerts/signals.ts');
  users = await import('../../../core/alerts/users.ts');
  captures = await import('../../../core/captures/run.ts');
});
afterEach(() => {
  drawer.intercept = (_, next) => next();
});
afterAll(() => drawer?.close());

let count = 0;

async function newJob(generation = 1) {
  count += 1;
  const id = timedId(Date.now(), createHash('sha256').update(String(count)).digest());
  const user = await users.createUser({ id: `user-${count}`, plan: 'free' }, new Uint8Array(32), Date.now());
  if (typeof user === 'string') throw new Error(user);
  const locator = userLocator(user.user_id);
  await signals.putSignal(locator, {
    id,
    user_id: user.user_id,
    sequence: 1,
    chart_id: 'abcd1234',
    message: 'BTCUSDT',
    parse_status: 'none',
    generation,
    screenshot_status: 'pending',
  });
  return { locator, signal_id: id, generation };
}
type Job = Awaited<ReturnType<typeof newJob>>;

const stored = ({ locator, signal_id }: Job) => signals.getSignal(signalKey(locator, signal_id));

/** A picture of so many bytes. */
const draws =
  (bytes: number): Draw =>
  async () => ({ png: new Uint8Array(bytes), width: 2, height: 1 });

const fails =
  (reason: string, retryable: boolean, fallsBack: CaptureFailure['fallsBack'] = 'never'): Draw =>
  async () => {
    throw new CaptureFailure(reason, retryable, 'It was to fail', { fallsBack });
  };

/** Runs the job as its queue would: again, until it is done. */
async function runToEnd(job: Job, draw: Draw, source: 'builtin' | 'tradingview' = 'builtin'): Promise<void> {
  for (let receives = 0; receives < 10; receives += 1) {
    const outcome = await captures
      .runCapture(job, source, draw)
      .catch((): Outcome => ({ done: false, retryAfterSeconds: 1 }));
    if (outcome.done) return;
  }
  throw new Error('It does not come to an end');
}

const isEnd = ({ operation, request }: AwsCall) =>
  operation === 'UpdateItem' && /:status"/.test(request.body.toString()) && !request.body.includes(':pending');

/** How often a capture's end was written from now on. */
function countEnds(): { ends: number } {
  const counted = { ends: 0 };
  const before = drawer.intercept;
  drawer.intercept = (call, next) =>
    before(call, async () => {
      const response = await next();
      if (isEnd(call) && response.status === 200) counted.ends += 1;
      return response;
    });
  return counted;
}

async function expectOneImage(job: Job, bytes: number[]): Promise<void> {
  const images = await drawer.images(job.locator);
  expect(images).toHaveLength(1);
  const signal = await stored(job);
  expect(signal).toMatchObject({ screenshot_status: 'completed', generation: job.generation });
  expect(signal?.screenshot).toMatchObject({ width: 2, height: 1, bytes: images[0]?.bytes });
  expect(bytes).toContain(images[0]?.bytes);
}

/** Begin and user at once, then image, end and note. */
const CALLS = 5;
const NUMBERS = Array.from({ length: CALLS }, (_, index) => index + 1);
const MOMENTS = NUMBERS.flatMap((call) => [{ call, moment: 'before' } as const, { call, moment: 'after' } as const]);

test('a run makes so many calls', async () => {
  let calls = 0;
  const job = await newJob();
  drawer.intercept = (_, next) => {
    calls += 1;
    return next();
  };
  await runToEnd(job, draws(10));
  expect(calls).toBe(CALLS);
  await expectOneImage(job, [10]);
});

test.each(MOMENTS)(
  'a run that stops $moment call $call, for ever or until its twin is done',
  async ({ call, moment }) => {
    const job = await newJob();
    const held = Promise.withResolvers<void>();
    const stopped = Promise.withResolvers<void>();
    let calls = 0;
    drawer.intercept = async (_, next) => {
      calls += 1;
      if (calls !== call) return next();
      const response = moment === 'after' ? await next() : undefined;
      stopped.resolve();
      await held.promise;
      return response ?? next();
    };
    const counted = countEnds();
    const first = runToEnd(job, draws(10));
    await stopped.promise;
    await runToEnd(job, draws(20));
    await expectOneImage(job, [10, 20]);
    held.resolve();
    await first;
    await expectOneImage(job, [10, 20]);
    expect(counted.ends).toBe(1);
  },
);

describe.each(['refused', 'done and refused', 'done and not answered'] as const)('a call that is %s', (kind) => {
  function failOnce(which: (call: AwsCall, number: number) => boolean): void {
    let calls = 0;
    let failed = false;
    drawer.intercept = async (call, next) => {
      calls += 1;
      if (failed || !which(call, calls)) return next();
      failed = true;
      if (kind !== 'refused') await next();
      if (kind === 'done and not answered') throw new ConnectionDropped();
      throw new AwsError('Broken', 'It was to fail', 400);
    };
  }

  test.each(NUMBERS)('call %d costs no image and no second end', async (number) => {
    const job = await newJob();
    failOnce((_, at) => at === number);
    const counted = countEnds();
    await runToEnd(job, draws(10));
    await expectOneImage(job, [10]);
    expect(counted.ends).toBe(1);
  });

  test('an upload in the last try fails no capture that has an image', async () => {
    const job = await newJob();
    for (let tries = 1; tries < captures.MAX_TRIES; tries += 1) {
      expect(await captures.runCapture(job, 'builtin', fails('timeout', true))).toEqual({
        done: false,
        retryAfterSeconds: 2 ** tries,
      });
    }
    failOnce(({ operation }) => operation === 'PutObject');
    await runToEnd(job, draws(10));
    if (kind === 'refused')
      expect(await stored(job)).toMatchObject({ screenshot_status: 'failed', screenshot_reason: 'error' });
    else await expectOneImage(job, [10]);
  });
});

test('the first try that fails for good ends the capture, unless its twin has stored an image', async () => {
  const job = await newJob();
  const held = Promise.withResolvers<void>();
  const drawn = Promise.withResolvers<void>();
  const failing = runToEnd(job, async (request) => {
    drawn.resolve();
    await held.promise;
    return fails('wrong_symbol', false)(request);
  });
  await drawn.promise;
  const twin = await newTwin(job);
  held.resolve();
  await failing;
  await expectOneImage(job, [10]);
  twin.goOn();
  await twin.run;
  await expectOneImage(job, [10]);

  const alone = await newJob();
  await runToEnd(alone, fails('wrong_symbol', false));
  expect(await stored(alone)).toMatchObject({ screenshot_status: 'failed', screenshot_reason: 'wrong_symbol' });
});

/** A second run of the job, which waits between storing its image and telling so. */
async function newTwin(job: Job) {
  const held = Promise.withResolvers<void>();
  const isStored = Promise.withResolvers<void>();
  drawer.intercept = async (call, next) => {
    if (call.operation !== 'PutObject') return next();
    const response = await next();
    isStored.resolve();
    await held.promise;
    return response;
  };
  const run = runToEnd(job, draws(10));
  await isStored.promise;
  return { run, goOn: held.resolve };
}

test('what is drawn after a fallback is the image, though a twin comes with TradingView’s chart', async () => {
  const job = await newJob();
  const held = Promise.withResolvers<void>();
  const drawn = Promise.withResolvers<void>();
  const late = runToEnd(
    job,
    async (request) => {
      drawn.resolve();
      await held.promise;
      return draws(10)(request);
    },
    'tradingview',
  );
  await drawn.promise;
  await runToEnd(job, fails('session_expired', false, 'always'), 'tradingview');
  expect(await stored(job)).toMatchObject({ screenshot_status: 'pending', fallback: 'session_expired' });
  held.resolve();
  await late;
  await runToEnd(job, draws(20), 'builtin');
  expect(await stored(job)).toMatchObject({
    screenshot_status: 'completed',
    screenshot_source: 'builtin',
    screenshot_reason: 'session_expired',
    screenshot: { bytes: 20 },
  });
  expect((await drawer.images(job.locator)).map(({ key }) => key.split('/').at(-1))).toEqual([
    '1-builtin.png',
    '1.png',
  ]);
});

test('a capture asked for again while one runs is the one that counts', async () => {
  const job = await newJob();
  const held = Promise.withResolvers<void>();
  const drawn = Promise.withResolvers<void>();
  const old = runToEnd(job, async (request) => {
    drawn.resolve();
    await held.promise;
    return draws(10)(request);
  });
  await drawn.promise;
  const asked = await signals.requestCapture(signalKey(job.locator, job.signal_id), Date.now());
  expect(asked).toMatchObject({ generation: 2, screenshot_status: 'pending' });
  held.resolve();
  await old;
  expect(await stored(job)).toMatchObject({ generation: 2, screenshot_status: 'pending' });
  await runToEnd({ ...job, generation: 2 }, draws(20));
  const ended = await stored(job);
  expect(ended).toMatchObject({ generation: 2, screenshot_status: 'completed', screenshot: { bytes: 20 } });
});

test('tries that never came to an end are counted too', async () => {
  const job = await newJob();
  const key = signalKey(job.locator, job.signal_id);
  for (let tries = 0; tries < captures.MAX_TRIES; tries += 1) {
    await signals.beginCapture(key, 1, 'builtin', Date.now());
  }
  await runToEnd(job, draws(10));
  expect(await stored(job)).toMatchObject({ screenshot_status: 'failed', screenshot_reason: 'crashed' });
  expect(await drawer.images(job.locator)).toEqual([]);
});

test('a capture that moved since it was seen is not asked for again', async () => {
  const job = await newJob();
  const key = signalKey(job.locator, job.signal_id);
  const seen = await stored(job);
  await signals.beginCapture(key, 1, 'builtin', Date.now());
  expect(await signals.requestCapture(key, Date.now(), seen)).toBeUndefined();
  const begun = await stored(job);
  expect(await signals.requestCapture(key, Date.now(), begun)).toMatchObject({ generation: 2 });
  expect(await signals.requestCapture(key, Date.now(), begun)).toBeUndefined();
});
