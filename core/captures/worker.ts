import type { ScreenshotSource } from '../alerts/signal.ts';
import { environment } from '../aws/environment.ts';
import { queueWorker } from '../aws/queue-worker.ts';
import { readJob } from './job.ts';
import type { Draw } from './picture.ts';
import { runCapture } from './run.ts';

/** The handler of a function that draws pictures for jobs from the queues whose URLs are in `CAPTURE_QUEUES`. */
export function captureWorker(source: ScreenshotSource, draw: Draw) {
  return queueWorker(
    () => JSON.parse(environment('CAPTURE_QUEUES')),
    ({ body }) => runCapture(readJob(body), source, draw),
  );
}
