import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { signalTime } from '../alerts/alert-id.ts';
import { signalKey } from '../alerts/keys.ts';
import type { ScreenshotSource } from '../alerts/signal.ts';
import { beginCapture, endCapture, fallBack } from '../alerts/signals.ts';
import { imageKey, type StoredSignal } from '../alerts/stored-signal.ts';
import { getUserByLocator, noteCapture } from '../alerts/users.ts';
import { environment } from '../aws/environment.ts';
import { DONE, type Outcome } from '../aws/queue-worker.ts';
import { logger } from '../log.ts';
import type { CaptureJob } from './job.ts';
import { CaptureFailure, type Draw, type Picture } from './picture.ts';
import { builtinReason, isReplaced } from './source.ts';

/** The life of one capture, from its job to the image on its signal. */

/** One try and three more after 2, 4 and 8 s. */
export const MAX_TRIES = 4;
const TRY_MS = 30_000;

const s3 = new S3Client({});

/**
 * Runs one try. A job that comes twice, late or after its capture has ended changes nothing: begin and end of a try are
 * conditions on the signal, and the image's key is the capture's own.
 */
export async function runCapture(job: CaptureJob, source: ScreenshotSource, draw: Draw): Promise<Outcome> {
  const key = signalKey(job.locator, job.signal_id);
  const started = Date.now();
  const [signal, user] = await Promise.all([
    beginCapture(key, job.generation, source, started),
    getUserByLocator(job.locator),
  ]);
  if (!signal || !user) return DONE;
  const tries = signal.tries ?? 1;
  // More than the allowed tries were begun: the ones before ended in a crash that could not report itself.
  if (tries > MAX_TRIES) return fail(signal, job, source, 'crashed', started);
  let picture: Picture;
  try {
    picture = await draw({ signal, user, deadline: started + TRY_MS });
    await s3.send(
      new PutObjectCommand({
        Bucket: environment('IMAGES_BUCKET'),
        Key: imageKey(signal),
        Body: picture.png,
        ContentType: 'image/png',
      }),
    );
  } catch (error) {
    const failure =
      error instanceof CaptureFailure
        ? error
        : new CaptureFailure('error', true, 'The try failed unexpectedly', { cause: error });
    logger.warn('Capture try failed', { signal_id: signal.id, tries, reason: failure.reason, error: failure });
    if (failure.retryable && tries < MAX_TRIES) return { done: false, retryAfterSeconds: 2 ** tries };
    if (isReplaced(user, failure.fallsBack)) {
      await fallBack(key, job.generation, failure.reason, Date.now());
      return DONE;
    }
    return fail(signal, job, source, failure.reason, started);
  }
  const { png, width, height } = picture;
  const ended = Date.now();
  const screenshot = { width, height, bytes: png.length, duration_ms: ended - started };
  const reason = source === 'builtin' ? builtinReason(user, signal) : undefined;
  await endCapture(key, job.generation, { status: 'completed', source, reason, screenshot }, ended);
  await noteCapture(job.locator, signal.sequence, screenshot.duration_ms / 1000);
  logger.info('Capture completed', {
    signal_id: signal.id,
    tries,
    ...screenshot,
    since_alert_ms: ended - signalTime(signal.id),
  });
  return DONE;
}

async function fail(
  signal: StoredSignal,
  job: CaptureJob,
  source: ScreenshotSource,
  reason: string,
  started: number,
): Promise<Outcome> {
  const now = Date.now();
  await endCapture(signalKey(job.locator, job.signal_id), job.generation, { status: 'failed', source, reason }, now);
  await noteCapture(job.locator, signal.sequence, (now - started) / 1000);
  return DONE;
}
