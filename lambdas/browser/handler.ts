import { environment } from '../../core/aws/environment.ts';
import { queueWorker } from '../../core/aws/queue-worker.ts';
import { readBrowserJob } from '../../core/captures/job.ts';
import { createWarmBrowser } from './browser.ts';
import { captureWithSession } from './capture-with-session.ts';
import { checkSession } from './check-session.ts';
import { readSettings } from './settings.ts';

/** All that opens TradingView's pages: captures of charts, and looks at sessions. */

const browser = createWarmBrowser(readSettings());

export const handler = queueWorker(
  () => [...JSON.parse(environment('CAPTURE_QUEUES')), environment('CHECK_QUEUE')],
  ({ body, messageId }, { awsRequestId }) => {
    const job = readBrowserJob(body);
    if ('check' in job) return checkSession(browser, job);
    return captureWithSession(browser, job, `${awsRequestId} ${messageId}`);
  },
);
