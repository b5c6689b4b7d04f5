import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Erasure } from '../../core/alerts/background-jobs.ts';
import { exportFiles } from '../../core/alerts/exports.ts';
import { imagesOf } from '../../core/alerts/stored-signal.ts';
import { endDeletion, isBeingDeleted } from '../../core/alerts/users.ts';
import { environment } from '../../core/aws/environment.ts';
import { logger } from '../../core/log.ts';
import { pagesOfItems } from './items.ts';
import { pagesOfObjects } from './objects.ts';
import type { Page } from './page.ts';

/**
 * Erases what was deleted, page by page. What is erased is not found again, so that a run which was cut off, or runs
 * beside another, needs no memory: whoever comes next goes on with what is left.
 *
 *     deleted ──── first pass ────────────── grace over ── last pass ── a user's tombstone taken away
 *
 * Webhook calls, captures and requests that began before the deletion may still write for a moment; the last pass,
 * which begins when none of them can run any more, erases what they wrote.
 */

const sqs = new SQSClient({});

/** @param deadline epoch milliseconds after which no further page is begun: the job goes on in a message of its own */
export async function erase(job: Erasure, deadline: number): Promise<void> {
  const graceEnds = Date.parse(job.deleted_at) + Number(environment('GRACE_SECONDS')) * 1000;
  const isLastPass = Date.now() >= graceEnds;
  let erased = 0;
  for await (const page of pagesOf(job)) {
    // Asked after the page was listed: while the tombstone stands, nothing of a new user with the same id can be on it.
    if (job.kind === 'user' && !(await isBeingDeleted(job.locator, job.deleted_at))) return;
    await page.erase();
    erased += page.size;
    if (Date.now() > deadline) return again(job, 0);
  }
  logger.info('Pass ended', { kind: job.kind, erased, last: isLastPass });
  if (!isLastPass) return again(job, Math.ceil((graceEnds - Date.now()) / 1000));
  if (job.kind === 'user') await endDeletion(job.locator, job.deleted_at);
}

async function* pagesOf(job: Erasure): AsyncGenerator<Page> {
  const images = environment('IMAGES_BUCKET');
  if (job.kind === 'signal') {
    yield* pagesOfObjects(images, imagesOf(job.locator, job.signal_id));
    return;
  }
  yield* pagesOfItems(job.locator);
  yield* pagesOfObjects(images, imagesOf(job.locator));
  yield* pagesOfObjects(environment('EXPORTS_BUCKET'), exportFiles(job.locator));
}

async function again(job: Erasure, delaySeconds: number): Promise<void> {
  await sqs.send(
    new SendMessageCommand({
      QueueUrl: environment('ERASE_QUEUE'),
      MessageBody: JSON.stringify(job),
      DelaySeconds: Math.max(0, delaySeconds),
    }),
  );
}
