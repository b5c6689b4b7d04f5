import { endSession, getSession } from '../../core/alerts/tradingview-sessions.ts';
import { getUserByLocator } from '../../core/alerts/users.ts';
import { DONE, type Outcome } from '../../core/aws/queue-worker.ts';
import type { SessionCheck } from '../../core/captures/job.ts';
import { openCookies } from '../../core/captures/session-cookies.ts';
import { logger } from '../../core/log.ts';
import type { WarmBrowser } from './browser.ts';
import { CaptureError } from './capture-error.ts';
import { cookiesOf } from './cookies.ts';
import { endOfAddress, endOfAnswer } from './ends.ts';
import { lookAt } from './sight.ts';
import { open, visit } from './visit.ts';

const DEADLINE_MS = 30_000;

/**
 * Looks whether TradingView still knows a user's session. The page alone is loaded: its first tag tells, and without its
 * scripts it opens no data connection that could close another of the account's. A page that does not answer, or does
 * not say, changes nothing; tomorrow there is another check.
 */
export async function checkSession(browser: WarmBrowser, { locator }: SessionCheck): Promise<Outcome> {
  const [session, user] = await Promise.all([getSession(locator), getUserByLocator(locator)]);
  if (!session?.valid || !user) return DONE;
  const cookies = cookiesOf(await openCookies(user.user_id, session.cookies));
  const isExpired = await visit(browser, { cookies, deadlineMs: DEADLINE_MS, bare: true }, async ({ page, origin }) => {
    const status = await open(page, `${origin}/chart/`);
    const sight = await lookAt(page);
    const end = status === 200 ? endOfAddress(sight, true) : endOfAnswer(status, sight, true);
    return end?.reason === 'session_expired';
  }).catch((error: unknown) => {
    if (!(error instanceof CaptureError)) throw error;
    logger.warn('A session could not be checked', { reason: error.reason, error });
    return false;
  });
  if (isExpired) await endSession(locator, session);
  return DONE;
}
