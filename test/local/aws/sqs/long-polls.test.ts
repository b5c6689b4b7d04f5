import { ChangeMessageVisibilityCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { LongPolls } from '../../../../local/aws/sqs/long-polls.ts';
import { bench, handleOf, sleep } from './harness.ts';

afterEach(() => {
  vi.useRealTimers();
});

/** A poll of 20 s that ends so soon was woken, however busy the machine; ms. */
const LONG_BEFORE_ITS_END = 10_000;

/** Runs it and says how long it took, ms. */
async function timed<T>(work: () => Promise<T>): Promise<{ result: T; ms: number }> {
  const start = performance.now();
  const result = await work();
  return { result, ms: performance.now() - start };
}

describe('a long poll', () => {
  test('is answered as soon as a message is sent', async () => {
    const { queue, send, bodies } = await bench();
    const url = queue('jobs', { ReceiveMessageWaitTimeSeconds: 20 });
    const poll = timed(() => bodies(url));
    await sleep(200);
    const sent = performance.now();
    await send(url, 'm');
    expect((await poll).result).toEqual(['m']);
    expect(performance.now() - sent).toBeLessThan(LONG_BEFORE_ITS_END);
  });

  test('is answered when a delay ends', async () => {
    const { queue, send, bodies } = await bench();
    const url = queue('jobs');
    await send(url, 'later', { DelaySeconds: 30 });
    const poll = timed(() => bodies(url, { WaitTimeSeconds: 20 }));
    await sleep(20);
    await send(url, 'm', { DelaySeconds: 1 });
    const { result, ms } = await poll;
    expect(result).toEqual(['m']);
    expect(ms).toBeGreaterThanOrEqual(1000);
    expect(ms).toBeLessThan(LONG_BEFORE_ITS_END);
  });

  test('is answered when a visibility timeout ends, or is ended', async () => {
    const { client, queue, send, receive, bodies } = await bench();
    const url = queue('jobs', { VisibilityTimeout: 1 });
    await send(url, 'm');
    await receive(url);
    const { result, ms } = await timed(() => receive(url, { WaitTimeSeconds: 20, VisibilityTimeout: 600 }));
    expect(result.map(({ Body }) => Body)).toEqual(['m']);
    expect(ms).toBeGreaterThan(900);
    expect(ms).toBeLessThan(LONG_BEFORE_ITS_END);

    const poll = timed(() => bodies(url, { WaitTimeSeconds: 20 }));
    await sleep(100);
    const back = { QueueUrl: url, ReceiptHandle: handleOf(result[0]), VisibilityTimeout: 0 };
    await client.send(new ChangeMessageVisibilityCommand(back));
    expect((await poll).result).toEqual(['m']);
    expect((await poll).ms).toBeLessThan(LONG_BEFORE_ITS_END);
  });

  test('is answered with nothing when its time is over', async () => {
    const { queue, bodies } = await bench();
    const { result, ms } = await timed(() => bodies(queue('jobs'), { WaitTimeSeconds: 1 }));
    expect(result).toEqual([]);
    expect(ms).toBeGreaterThan(950);
  });

  test('whose client went away takes no message', async () => {
    const { client, queue, send, receive } = await bench();
    const url = queue('jobs');
    const gone = new AbortController();
    const command = new ReceiveMessageCommand({ QueueUrl: url, WaitTimeSeconds: 20 });
    const poll = client.send(command, { abortSignal: gone.signal });
    await sleep(100);
    gone.abort();
    await expect(poll).rejects.toMatchObject({ name: 'AbortError' });
    await sleep(50);
    await send(url, 'm');
    const [message] = await receive(url);
    expect(message?.Attributes?.ApproximateReceiveCount).toBe('1');
  });

  test('of many receivers each gets its own message, in the order in which they came', async () => {
    const { queue, send, bodies } = await bench();
    const url = queue('jobs');
    const polls: Promise<(string | undefined)[]>[] = [];
    for (let n = 0; n < 5; n++) {
      polls.push(bodies(url, { WaitTimeSeconds: 20 }));
      await sleep(30);
    }
    for (let n = 0; n < 5; n++) await send(url, `m${n}`);
    expect(await Promise.all(polls)).toEqual([['m0'], ['m1'], ['m2'], ['m3'], ['m4']]);
  });

  test('looks at the queue only when something can have changed', async () => {
    vi.useFakeTimers();
    let visibleAt = Date.now() + 5000;
    let attempts = 0;
    const polls = new LongPolls<string>(() => visibleAt);
    const attempt = () => {
      attempts++;
      return Date.now() >= visibleAt ? ['m'] : [];
    };
    const waits = [1, 2, 3].map(() => polls.wait('jobs', 20, undefined, attempt));
    expect([attempts, vi.getTimerCount()]).toEqual([3, 4]);
    await vi.advanceTimersByTimeAsync(4999);
    expect(attempts).toBe(3);
    await vi.advanceTimersByTimeAsync(1);
    expect([attempts, vi.getTimerCount()]).toEqual([6, 0]);
    expect(await Promise.all(waits)).toEqual([['m'], ['m'], ['m']]);

    visibleAt = Date.now() + 60_000;
    const empty = polls.wait('jobs', 20, undefined, attempt);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(await empty).toEqual([]);
    expect([attempts, vi.getTimerCount()]).toEqual([7, 0]);
  });

  test('ends when the service is closed', async () => {
    const { sqs, queue, bodies } = await bench();
    const url = queue('jobs');
    const polls = [1, 2, 3].map(() => bodies(url, { WaitTimeSeconds: 20 }));
    await sleep(200);
    await sqs.close();
    expect(await Promise.all(polls)).toEqual([[], [], []]);
  });
});
