import { signalTime } from '../alerts/alert-id.ts';
import { signalKey } from '../alerts/keys.ts';
import type { ScreenshotSource } from '../alerts/signal.ts';
import { beginCapture, type CaptureEnd, endCapture, fallBack } from '../alerts/signals.ts';
import type { Screenshot, StoredSignal } from '../alerts/stored-signal.ts';
import type { User } from '../alerts/user.ts';
import { getUserByLocator, noteCapture } from '../alerts/users.ts';
import { DONE, type Outcome } from '../aws/queue-worker.ts';
import { logger } from '../log.ts';
import { findImage, storeImage } from './image.ts';
import type { CaptureJob } from './job.ts';
import { CaptureFailure, type Draw } from './picture.ts';
import { builtinReason, isReplaced } from './source.ts';

/** The life of one capture, from its job to the image on its signal. */

/** One try and three more after 2, 4 and 8 s. */
export const MAX_TRIES = 4;
const TRY_MS = 30_000;

/** A try that was begun. */
interface Try {
  job: CaptureJob;
  source: ScreenshotSource;
  signal: StoredSignal;
  user: User;
  tries: number;
  /** Epoch milliseconds. */
  started: number;
}

/**
 * Runs one try. A job that comes twice, at once, late or after its capture has ended changes nothing: begin and end of a
 * try are conditions on the signal, the image's key is the capture's own, and who finds an image there ends with it.
 */
export async function runCapture(job: CaptureJob, source: ScreenshotSource, draw: Draw): Promise<Outcome> {
  const started = Date.now();
  const [signal, user] = await Promise.all([
    beginCapture(signalKey(job.locator, job.signal_id), job.generation, source, started),
    getUserByLocator(job.locator),
  ]);
  if (!signal || !user) return DONE;
  const current = { job, source, signal, user, tries: signal.tries ?? 1, started };
  let image: Screenshot;
  try {
    // A try before this one may have stored its image, and not lived to tell.
    const stored = current.tries > 1 ? await findImage(signal) : undefined;
    image = stored ?? (await drawImage(current, draw));
  } catch (error) {
    return afterFailure(current, failureOf(error));
  }
  return complete(current, image);
}

async function drawImage({ signal, user, tries, started }: Try, draw: Draw): Promise<Screenshot> {
  // More than the allowed tries were begun: the ones before ended in a crash that could not report itself.
  if (tries > MAX_TRIES) throw new CaptureFailure('crashed', false, 'No try came to an end');
  const picture = await draw({ signal, user, deadline: started + TRY_MS });
  return storeImage(signal, picture, Date.now() - started);
}

function failureOf(error: unknown): CaptureFailure {
  if (error instanceof CaptureFailure) return error;
  return new CaptureFailure('error', true, 'The try failed unexpectedly', { cause: error });
}

async function afterFailure(current: Try, failure: CaptureFailure): Promise<Outcome> {
  const { job, signal, user, tries } = current;
  const { reason, retryable, fallsBack } = failure;
  logger.warn('Capture try failed', { ...namesOf(signal), tries, reason, error: failure });
  if (retryable && tries < MAX_TRIES) return { done: false, retryAfterSeconds: 2 ** tries };
  // What failed may be the answer to an upload, or the rest of a try whose twin was faster.
  const stored = await findImage(signal);
  if (stored) return complete(current, stored);
  if (isReplaced(user, fallsBack)) {
    await fallBack(signalKey(job.locator, signal.id), job.generation, reason, Date.now());
    return DONE;
  }
  return end(current, { status: 'failed', reason });
}

async function complete(current: Try, screenshot: Screenshot): Promise<Outcome> {
  const { source, signal, user, tries } = current;
  const reason = source === 'builtin' ? builtinReason(user, signal) : undefined;
  const outcome = await end(current, { status: 'completed', reason, screenshot });
  logger.info('Capture completed', {
    ...namesOf(signal),
    tries,
    ...screenshot,
    since_alert_ms: Date.now() - signalTime(signal.id),
  });
  return outcome;
}

function namesOf({ id, user_id, generation }: StoredSignal) {
  return { signal_id: id, user_id, generation };
}

async function end({ job, source, signal, started }: Try, how: Omit<CaptureEnd, 'source'>): Promise<Outcome> {
  const now = Date.now();
  await endCapture(signalKey(job.locator, signal.id), job.generation, { ...how, source }, now);
  const wait = (now - signalTime(signal.id)) / 1000;
  await noteCapture(job.locator, signal.sequence, {
    capture_seconds: (how.screenshot?.duration_ms ?? now - started) / 1000,
    // Whoever asks for a capture again did not wait since the alert.
    wait_per_capture: signal.generation === 1 && signal.waiting ? wait / signal.waiting : undefined,
  });
  return DONE;
}
