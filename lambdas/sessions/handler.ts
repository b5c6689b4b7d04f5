import type { Context } from 'aws-lambda';
import { pagesOfValidSessions } from '../../core/alerts/tradingview-sessions.ts';
import { environment } from '../../core/aws/environment.ts';
import { sendJobs } from '../../core/aws/send-jobs.ts';
import type { SessionCheck } from '../../core/captures/job.ts';
import { logger, logInvocation } from '../../core/log.ts';

/** Has every session that counts looked at: one that nobody uses would expire without anybody being told. */
export async function handler(_: unknown, context: Context): Promise<void> {
  logInvocation(context);
  let sent = 0;
  for await (const locators of pagesOfValidSessions()) {
    const checks = locators.map((locator): SessionCheck => ({ locator, check: 'session' }));
    await sendJobs(environment('CHECK_QUEUE'), checks);
    sent += checks.length;
  }
  logger.info('Sessions will be checked', { sent });
}
