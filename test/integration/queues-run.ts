import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  GetQueueAttributesCommand,
  ListQueuesCommand,
  PurgeQueueCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { expect, inject } from 'vitest';
import { userLocator } from '../../core/access/tokens.ts';
import { timedId } from '../../core/alerts/alert-id.ts';
import { indexKeys, signalKey } from '../../core/alerts/keys.ts';
import type { StoredSignal } from '../../core/alerts/stored-signal.ts';
import type { AwsCall } from '../../local/aws/gateway.ts';
import { withSimulatedCaptures } from '../simulation/assembly.ts';
import { isBy } from './background-run.ts';
import { startTestRun, type TestRun } from './local-run.ts';
import { operator } from './operator.ts';
import { Storage } from './storage.ts';

/** A run whose browser captures are simulated: their uploads and the mappings go on when a test lets them. */

export interface QueuesRun {
  run: TestRun;
  storage: Storage;
  /** What waits in a queue, by a part of its name. */
  depth(queue: string): Promise<number>;
  send(queue: string, body: unknown): Promise<void>;
  /** Throws away what waits in a queue. */
  purge(queue: string): Promise<void>;
  /** Lets the mappings of a queue receive. */
  letGo(queue: string): void;
  /** Uploads of simulated captures that are held, by the locator of their user, in the order in which they came. */
  uploads: { locator: string; goOn: () => void }[];
  holdUploads(isHeld: boolean): void;
  newUser(id: string, plan: string): Promise<{ id: string; locator: string; url: string }>;
  /** Stores signals behind the webhook's back, `age` minutes old, and answers their ids. */
  plant(userId: string, count: number, more?: Partial<StoredSignal>, ageMinutes?: number): Promise<string[]>;
  close(): Promise<void>;
}

/**
 * @param drawers browsers at once
 * @param heldQueues parts of the names of queues that nobody receives from until they are let go
 */
export async function startQueuesRun(drawers: number, heldQueues: readonly string[]): Promise<QueuesRun> {
  const directory = await mkdtemp(join(tmpdir(), 'vigia-queues-'));
  const held = new Map(heldQueues.map((queue) => [queue, Promise.withResolvers<void>()]));
  const uploads: QueuesRun['uploads'] = [];
  let uploadsAreHeld = false;
  let count = 0;

  const run = await startTestRun({
    assembly: await withSimulatedCaptures(inject('assembly'), directory, [0, 1]),
    drawers,
    intercept: async (call, next) => {
      if (call.operation === 'ReceiveMessage' && call.caller.kind === 'role') {
        const body = call.request.body.toString();
        await [...held].find(([queue]) => body.includes(queue))?.[1].promise;
      }
      if (uploadsAreHeld && isUpload(call)) {
        const { promise, resolve } = Promise.withResolvers<void>();
        uploads.push({ locator: call.request.path.split('/')[3] ?? '', goOn: resolve });
        await promise;
      }
      return next();
    },
  });
  const storage = new Storage(run);
  const sqs = new SQSClient(operator(run));
  const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({}));
  const urlOf = (queue: string) => QueueUrls.find((url) => url.includes(queue));

  return {
    run,
    storage,
    uploads,
    depth: async (queue) => {
      const { Attributes } = await sqs.send(
        new GetQueueAttributesCommand({ QueueUrl: urlOf(queue), AttributeNames: ['ApproximateNumberOfMessages'] }),
      );
      return Number(Attributes?.['ApproximateNumberOfMessages']);
    },
    send: async (queue, body) => {
      await sqs.send(new SendMessageCommand({ QueueUrl: urlOf(queue), MessageBody: JSON.stringify(body) }));
    },
    purge: async (queue) => {
      await sqs.send(new PurgeQueueCommand({ QueueUrl: urlOf(queue) }));
    },
    letGo: (queue) => held.get(queue)?.resolve(),
    holdUploads: (isHeld) => {
      uploadsAreHeld = isHeld;
      if (!isHeld) for (const { goOn } of uploads.splice(0)) goOn();
    },
    newUser: async (id, plan) => {
      const { status, json } = await run.api('POST', '/api/users', { body: { id, plan } });
      expect(status).toBe(201);
      return { id, locator: userLocator(id), url: String(json['webhook_url']) };
    },
    plant: async (user_id, number, more = {}, ageMinutes = 0) => {
      const locator = userLocator(user_id);
      const signals = Array.from({ length: number }, () => {
        count += 1;
        const id = timedId(Date.now() - ageMinutes * 60_000, createHash('sha256').update(String(count)).digest());
        return {
          ...signalKey(locator, id),
          ...{ id, user_id, sequence: 1, message: 'BTCUSDT', parse_status: 'none', generation: 1 },
          ...{ screenshot_status: 'pending', capturing: locator, ...more },
          ...indexKeys(locator, {}),
        };
      });
      await storage.put(signals);
      return signals.map(({ id }) => id);
    },
    close: async () => {
      for (const { resolve } of held.values()) resolve();
      sqs.destroy();
      storage.close();
      await run.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

function isUpload(call: AwsCall): boolean {
  return call.operation === 'PutObject' && isBy(call, 'CapturesBrowser');
}
