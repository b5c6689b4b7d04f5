import { Readable } from 'node:stream';
import { DeleteObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import type { ExportJob } from '../../core/alerts/background-jobs.ts';
import {
  beginExport,
  completeExport,
  exportFile,
  type FailureReason,
  failExport,
  type StoredExport,
} from '../../core/alerts/exports.ts';
import { exportKey, locatorOf } from '../../core/alerts/keys.ts';
import { allSignals } from '../../core/alerts/signal-lists.ts';
import { environment } from '../../core/aws/environment.ts';
import { backoffSeconds, DONE, type Outcome } from '../../core/aws/queue-worker.ts';
import { logger } from '../../core/log.ts';
import { HEADER, signalRecord } from './signals-csv.ts';

/** One run of an export, from its job to the file that its item names. */

/** One try and three more after 2, 4 and 8 s. */
export const MAX_TRIES = 4;

/** So much of a file is in memory, twice: S3 takes at most 10,000 parts, which is 80 GB. */
const PART_BYTES = 8 * 1024 * 1024;

const s3 = new S3Client({});

class TooLarge extends Error {}

/**
 * A job that comes twice, or again after a crash, changes nothing that is good: each run writes a file of its own, and
 * the first that ends is the export's.
 *
 * @param receives how often the job came, this time included
 * @param deadline epoch milliseconds by which the file must be written
 */
export async function runExport(
  { locator, export_id }: ExportJob,
  receives: number,
  deadline: number,
): Promise<Outcome> {
  const key = exportKey(locator, export_id);
  const begun = await beginExport(key);
  if (!begun) return DONE;
  const run = begun.tries ?? 1;
  try {
    if (receives > MAX_TRIES) return await fail(begun, 'crashed');
    const written = await write(begun, run, deadline);
    const completed = await completeExport(key, { run, ...written }, Date.now());
    await removeFiles(begun, completed ? runsBefore(run) : [run]);
    logger.info('Export written', { export_id, run, ...written, completed });
    return DONE;
  } catch (error) {
    logger.warn('Export run failed', { export_id, run, receives, error });
    if (error instanceof TooLarge) return fail(begun, 'too_large');
    if (receives >= MAX_TRIES) return fail(begun, 'error');
    return { done: false, retryAfterSeconds: backoffSeconds(receives) };
  }
}

async function write(begun: StoredExport, run: number, deadline: number): Promise<{ rows: number; bytes: number }> {
  const written = { rows: 0, bytes: 0 };
  async function* content(): AsyncGenerator<Buffer> {
    for await (const text of records()) {
      const bytes = Buffer.from(text);
      written.bytes += bytes.length;
      yield bytes;
    }
  }
  async function* records(): AsyncGenerator<string> {
    yield HEADER;
    for await (const signals of allSignals(locatorOf(begun), begun.filters)) {
      if (Date.now() > deadline) throw new TooLarge('The time is over');
      written.rows += signals.length;
      yield signals.map(signalRecord).join('');
    }
  }
  const upload = new Upload({
    client: s3,
    params: {
      Bucket: environment('EXPORTS_BUCKET'),
      Key: exportFile(begun, run),
      Body: Readable.from(content()),
      ContentType: 'text/csv; charset=utf-8',
    },
    partSize: PART_BYTES,
    queueSize: 1,
  });
  await upload.done();
  return written;
}

async function fail(begun: StoredExport, reason: FailureReason): Promise<Outcome> {
  const run = begun.tries ?? 1;
  // Another run may have completed it, or this one without hearing of it: then its file stays.
  if (await failExport(begun, reason)) await removeFiles(begun, [...runsBefore(run), run]);
  return DONE;
}

/** Runs that crashed may have left a file behind. */
function runsBefore(run: number): number[] {
  return Array.from({ length: run - 1 }, (_, index) => index + 1);
}

async function removeFiles(begun: StoredExport, runs: readonly number[]): Promise<void> {
  for (const run of runs) {
    await s3.send(new DeleteObjectCommand({ Bucket: environment('EXPORTS_BUCKET'), Key: exportFile(begun, run) }));
  }
}
