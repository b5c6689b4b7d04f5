import { signalKey } from '../../core/alerts/keys.ts';
import { fallBack } from '../../core/alerts/signals.ts';
import { endSession, getSession, type TradingViewSession } from '../../core/alerts/tradingview-sessions.ts';
import { withLease } from '../../core/aws/lease.ts';
import { DONE, type Outcome } from '../../core/aws/queue-worker.ts';
import type { CaptureJob } from '../../core/captures/job.ts';
import type { Draw } from '../../core/captures/picture.ts';
import { runCapture } from '../../core/captures/run.ts';
import { openCookies } from '../../core/captures/session-cookies.ts';
import type { WarmBrowser } from './browser.ts';
import { CaptureError } from './capture-error.ts';
import { cookiesOf } from './cookies.ts';
import { drawTradingView } from './draw-tradingview.ts';

/**
 * One try of a capture, as its user if there is a session and else as a stranger:
 *
 *     session ─┬─ none ──────────────────────────────────────────▶ try
 *              ├─ valid ──▶ account free? ── yes ─────────────────▶ try ──▶ expired: noted, our own chart
 *              │                 └───────── no ──▶ back to the queue
 *              └─ known to have expired ──▶ our own chart, nothing is opened
 */

/** One capture at a time with an account: of a plan's chart connections TradingView closes the oldest. */
const LEASE_MS = 60_000;

/** About as long as a capture takes. */
const BUSY_SECONDS = 5;

/** @param owner names this run of this job, of all that may want the account */
export async function captureWithSession(browser: WarmBrowser, job: CaptureJob, owner: string): Promise<Outcome> {
  const session = await getSession(job.locator);
  if (!session) return runCapture(job, 'tradingview', (request) => drawTradingView(browser, request, []));
  if (!session.valid) {
    await fallBack(signalKey(job.locator, job.signal_id), job.generation, 'session_expired', Date.now());
    return DONE;
  }
  // Before the try is begun: that the account is in use costs none.
  const lease = { name: session.account, owner, milliseconds: LEASE_MS };
  const outcome = await withLease(lease, () => runCapture(job, 'tradingview', drawAs(browser, job.locator, session)));
  return outcome ?? { done: false, requeueAfterSeconds: BUSY_SECONDS };
}

function drawAs(browser: WarmBrowser, locator: string, session: TradingViewSession): Draw {
  return async (request) => {
    const cookies = cookiesOf(await openCookies(request.user.user_id, session.cookies));
    try {
      return await drawTradingView(browser, request, cookies);
    } catch (error) {
      if (error instanceof CaptureError && error.reason === 'session_expired') await endSession(locator, session);
      throw error;
    }
  };
}
