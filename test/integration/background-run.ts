import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { z } from 'zod';
import { userLocator } from '../../core/access/tokens.ts';
import { timedId } from '../../core/alerts/alert-id.ts';
import { indexKeys, signalKey } from '../../core/alerts/keys.ts';
import { packMessage } from '../../core/alerts/stored-signal.ts';
import { type AwsCall, ConnectionDropped, type Intercept } from '../../local/aws/gateway.ts';
import { AwsError } from '../../local/aws/service.ts';
import { type Answer, startTestRun, type TestRun } from './local-run.ts';
import { Storage } from './storage.ts';

/** A run for tests of the background functions: calls fail as they are told to, and users have a past. */

/** A call of a background function that is to go wrong. It stays among the faults until it has. */
export interface Fault {
  matches: (call: AwsCall) => boolean;
  /** Refused; done but answered as refused; done but its answer lost, after which the SDK sends it again. */
  kind: 'refused' | 'done and refused' | 'answer lost';
}

export interface BackgroundRun {
  run: TestRun;
  storage: Storage;
  faults: Set<Fault>;
  /** Messages that the relay sent to the eraser, by locator. */
  erasures: Map<string, number>;
  /** Does something while the function that writes exports waits. */
  whileHeld<T>(work: () => Promise<T>): Promise<T>;
  newUser(id: string): Promise<{ id: string; url: string; locator: string }>;
  /** Stores signals of the past for a user who is then to be created: without a user nobody draws their pictures. */
  fill(userId: string, count: number, message: (index: number) => string): Promise<string[]>;
  /** Waits until the export has ended. */
  ended(userId: string, exportId: unknown): Promise<Answer['json']>;
  close(): Promise<void>;
}

const messages = z.object({
  QueueUrl: z.string(),
  Entries: z.array(z.object({ MessageGroupId: z.string() })),
});

const WAIT_MS = 90_000;

export async function startBackgroundRun(graceSeconds: number): Promise<BackgroundRun> {
  const faults = new Set<Fault>();
  const erasures = new Map<string, number>();
  let held: Promise<void> | undefined;
  const intercept: Intercept = async (call, next) => {
    if (call.operation === 'SendMessageBatch') {
      const { QueueUrl, Entries } = messages.parse(JSON.parse(call.request.body.toString()));
      const locator = Entries[0]?.MessageGroupId ?? '';
      if (QueueUrl.includes('Deletion')) erasures.set(locator, (erasures.get(locator) ?? 0) + Entries.length);
    }
    if (isBy(call, 'Exports') && call.service !== 'sqs') await held;
    const fault = [...faults].find(({ matches }) => matches(call));
    if (!fault) return next();
    faults.delete(fault);
    if (fault.kind !== 'refused') await next();
    if (fault.kind === 'answer lost') throw new ConnectionDropped();
    throw new AwsError('Broken', 'It was to go wrong', 400);
  };
  const run = await startTestRun({ variables: { GRACE_SECONDS: String(graceSeconds) }, intercept });
  const storage = new Storage(run);

  return {
    run,
    storage,
    faults,
    erasures,
    whileHeld: async (work) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      held = promise;
      return work().finally(() => {
        held = undefined;
        resolve();
      });
    },
    newUser: async (id) => {
      const { status, json } = await run.api('POST', '/api/users', { body: { id, plan: 'premium' } });
      expect(status).toBe(201);
      return { id, url: String(json['webhook_url']), locator: userLocator(id) };
    },
    fill: async (user_id, count, message) => {
      const locator = userLocator(user_id);
      const start = Date.now() - count * 1000;
      const signals = Array.from({ length: count }, (_, index) => {
        const id = timedId(start + index * 1000, createHash('sha256').update(`${locator} ${index}`).digest());
        const facts = { symbol: index % 2 === 0 ? 'BTCUSDT' : 'ETHUSDT', indicator_key: undefined };
        return {
          ...signalKey(locator, id),
          ...{ id, user_id, sequence: 1, symbol: facts.symbol, message: packMessage(message(index)) },
          ...{ parse_status: 'partial', generation: 1, screenshot_status: 'completed', screenshot_source: 'builtin' },
          ...indexKeys(locator, facts),
        };
      });
      await storage.put(signals);
      return signals.map(({ id }) => id);
    },
    ended: async (userId, exportId) => {
      for (const until = Date.now() + WAIT_MS; ; await sleep(50)) {
        const { json } = await run.api('GET', `/api/users/${userId}/exports/${exportId}`);
        if (json['status'] === 'completed' || json['status'] === 'failed') return json;
        if (Date.now() > until) throw new Error(`${JSON.stringify(json)}; problems: ${run.problems.join('\n')}`);
      }
    },
    close: async () => {
      storage.close();
      await run.close();
    },
  };
}

/** Whether a function of this part of the stack makes the call. */
export function isBy({ caller }: AwsCall, construct: string): boolean {
  return caller.kind === 'role' && caller.roleArn.includes(construct) && caller.session.includes(construct);
}
