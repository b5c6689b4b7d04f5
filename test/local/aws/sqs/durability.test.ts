import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, expect, test, vi } from 'vitest';
import { bench, scratch } from './harness.ts';

const PROCESS = fileURLToPath(new URL('process.ts', import.meta.url));
/** Acknowledged sends after which the process is killed. */
const STORM = 60;
const children: ChildProcess[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

/** The queue service in a process of its own. */
async function start(dir: string): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(process.execPath, [PROCESS, dir], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  const [line] = await once(child.stdout, 'data');
  return { child, url: String(line).trim() };
}

test('SIGKILL in a storm of sends loses no acknowledged message', async () => {
  const dir = await scratch();
  const acknowledged = new Set<string>();
  for (let round = 0; round < 2; round++) {
    const { child, url } = await start(dir);
    const client = new SQSClient({
      endpoint: new URL(url).origin,
      region: 'eu-west-1',
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
      maxAttempts: 1,
    });
    let killed = false;
    const senders = Array.from({ length: 8 }, async (_, sender) => {
      for (let n = 0; !killed; n++) {
        const MessageBody = `${round}/${sender}/${n}`;
        try {
          await client.send(new SendMessageCommand({ QueueUrl: url, MessageBody }));
          acknowledged.add(MessageBody);
        } catch {
          return;
        }
      }
    });
    const before = acknowledged.size;
    await vi.waitUntil(() => acknowledged.size >= before + STORM, { timeout: 20_000, interval: 1 });
    child.kill('SIGKILL');
    await once(child, 'exit');
    killed = true;
    await Promise.all(senders);
    client.destroy();
  }
  const { queue, bodies } = await bench(dir);
  const url = queue('jobs', {});
  const found = new Set<string | undefined>();
  for (;;) {
    const some = await bodies(url, { MaxNumberOfMessages: 10 });
    if (some.length === 0) break;
    for (const body of some) found.add(body);
  }
  expect([...acknowledged].filter((body) => !found.has(body))).toEqual([]);
});

test('held messages stay held over a restart, and come back in time', async () => {
  const first = await bench();
  const url = first.queue('jobs', { VisibilityTimeout: 1 });
  await first.send(url, 'm', { MessageGroupId: 'g' });
  await first.bodies(url);
  await first.sqs.close();
  const { queue, receive } = await bench(first.dir);
  const again = queue('jobs', { VisibilityTimeout: 1 });
  expect(await receive(again)).toEqual([]);
  const [message] = await receive(again, { WaitTimeSeconds: 5 });
  expect(message?.Attributes).toMatchObject({ ApproximateReceiveCount: '2', MessageGroupId: 'g' });
});
