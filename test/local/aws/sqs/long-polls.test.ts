import { ChangeMessageVisibilityCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { describe, expect, test } from 'vitest';
import { bench, handleOf, sleep } from './harness.ts';

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
    expect(performance.now() - sent).toBeLessThan(150);
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
    expect(ms).toBeLessThan(1300);
  });

  test('is answered when a visibility timeout ends, or is ended', async () => {
    const { client, queue, send, receive, bodies } = await bench();
    const url = queue('jobs', { VisibilityTimeout: 1 });
    await send(url, 'm');
    await receive(url);
    const { result, ms } = await timed(() => receive(url, { WaitTimeSeconds: 20, VisibilityTimeout: 600 }));
    expect(result.map(({ Body }) => Body)).toEqual(['m']);
    expect(ms).toBeGreaterThan(900);
    expect(ms).toBeLessThan(1300);

    const poll = timed(() => bodies(url, { WaitTimeSeconds: 20 }));
    await sleep(100);
    const back = { QueueUrl: url, ReceiptHandle: handleOf(result[0]), VisibilityTimeout: 0 };
    await client.send(new ChangeMessageVisibilityCommand(back));
    expect((await poll).result).toEqual(['m']);
    expect((await poll).ms).toBeLessThan(300);
  });

  test('is answered with nothing when its time is over', async () => {
    const { queue, bodies } = await bench();
    const { result, ms } = await timed(() => bodies(queue('jobs'), { WaitTimeSeconds: 1 }));
    expect(result).toEqual([]);
    expect(ms).toBeGreaterThan(950);
    expect(ms).toBeLessThan(1300);
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

  test('costs no processor time while it waits', async () => {
    const { sqs, queue, bodies } = await bench();
    const url = queue('jobs');
    const polls = Array.from({ length: 20 }, () => bodies(url, { WaitTimeSeconds: 20 }));
    await sleep(300);
    const before = process.cpuUsage();
    await sleep(700);
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1000).toBeLessThan(70);
    await sqs.close();
    expect(await Promise.all(polls)).toEqual(polls.map(() => []));
  });
});
