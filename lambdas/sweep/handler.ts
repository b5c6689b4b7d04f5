import type { Context } from 'aws-lambda';
import { locatorOf, signalKey } from '../../core/alerts/keys.ts';
import { requestCapture } from '../../core/alerts/signals.ts';
import type { StoredSignal } from '../../core/alerts/stored-signal.ts';
import { lastChange, unfinishedCaptures } from '../../core/alerts/unfinished-captures.ts';
import type { User } from '../../core/alerts/user.ts';
import { getUserByLocator } from '../../core/alerts/users.ts';
import { environment } from '../../core/aws/environment.ts';
import { queueDepth } from '../../core/aws/queue-depth.ts';
import { captureQueue } from '../../core/captures/queue.ts';
import { logger, logInvocation } from '../../core/log.ts';
import { isStranded } from './stranded.ts';

/**
 * The backstop of the alert path: asks again for captures that have not moved for long, because their job was lost on the
 * way (a batch of the stream that was given up, a message that SQS put aside). It is a new capture: should the old job
 * still come, it changes nothing. Two sweeps at once ask once.
 */
export async function handler(_: unknown, context: Context): Promise<void> {
  logInvocation(context);
  const now = Date.now();
  const before = now - Number(environment('SWEEP_AFTER_MINUTES')) * 60_000;
  const waiting = await waitingByQueue();
  for await (const signals of unfinishedCaptures(before)) {
    const users = new Map<string, Promise<User | undefined>>();
    for (const signal of signals) {
      const locator = locatorOf(signal);
      const reading = users.get(locator) ?? getUserByLocator(locator);
      users.set(locator, reading);
      const user = await reading;
      // What was a deleted user's is about to be erased.
      if (!user) continue;
      const inFront = waiting.get(captureQueue(user, signal)) ?? 0;
      if (isStranded(inFront, now - lastChange(signal))) await askAgain(signal, now);
    }
  }
}

async function askAgain(signal: StoredSignal, now: number): Promise<void> {
  const { id, user_id, generation, screenshot_status, tries } = signal;
  const asked = await requestCapture(signalKey(locatorOf(signal), id), now, signal);
  if (asked) logger.warn('A capture was stranded', { signal_id: id, user_id, generation, screenshot_status, tries });
}

/** How many jobs wait, by the URL of the queue. */
async function waitingByQueue(): Promise<Map<string, number>> {
  const browser: Record<string, string> = JSON.parse(environment('BROWSER_QUEUES'));
  const urls = [environment('CHART_QUEUE'), ...Object.values(browser)];
  return new Map(await Promise.all(urls.map(async (url) => [url, (await queueDepth(url)).waiting] as const)));
}
