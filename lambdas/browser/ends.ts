/** Which end, if any, a chart page has come to: from its answer, its address and what was seen of it. */

import { CaptureError } from './capture-error.ts';
import type { Cover, Sight } from './sight.ts';

const SIGN_IN = /^\/(accounts\/)?(sign-?in|login)\b/;
const CHART = /^\/chart\//;
/**
 * What TradingView's notices point to, in every language: its rules, and its article on accounts that were closed for
 * unusual activity (https://www.tradingview.com/support/solutions/43000674726/).
 */
const ABOUT_CLOSED_ACCOUNTS = /\/(policies|house-rules)\b|\/43000674726\b/;

/**
 * The end of a page that came with another status than 200. A page of TradingView's tells in its first tag whether it knows who asks:
 * not to be known with a session that was sent means that the session has expired, whatever else the page shows.
 */
export function endOfAnswer(status: number, sight: Sight, sentSession: boolean): CaptureError {
  if (status === 404 || status === 410) return new CaptureError('chart_not_found', 'There is no such chart');
  const byAddress = endOfAddress(sight, sentSession);
  if (byAddress) return byAddress;
  if (status === 403 && sight.own) return new CaptureError('chart_not_shared', 'The chart may not be seen');
  return new CaptureError('unreachable', `The chart page answered ${status}`);
}

/** The end of a page that sent the browser elsewhere, or that does not know the session. */
export function endOfAddress({ address, signedIn }: Sight, sentSession: boolean): CaptureError | undefined {
  const { protocol, pathname: path } = new URL(address);
  // Chromium's own page, in the place of one that does not answer or that may not be reached.
  if (protocol === 'chrome-error:') return new CaptureError('unreachable', 'The page went where it can’t be followed');
  const isSignIn = SIGN_IN.test(path);
  if (sentSession && (isSignIn || signedIn === false)) {
    return new CaptureError('session_expired', 'TradingView does not know the session');
  }
  if (isSignIn) return new CaptureError('chart_not_shared', 'The chart is only for those who sign in');
  if (!CHART.test(path)) return new CaptureError('chart_not_found', `Instead of a chart the page went to ${path}`);
  return undefined;
}

/** The end that a dialog tells which insists on an answer: nothing is answered in a user's name. */
export function endOfCover(cover: Cover, sight: Sight): CaptureError {
  if (cover.links.some((link) => ABOUT_CLOSED_ACCOUNTS.test(link))) {
    return new CaptureError('account_restricted', `TradingView closed its charts to the account (${cover.name})`);
  }
  if (sight.connected === false && cover.buttons > 0) {
    return new CaptureError('connection_limit', `TradingView closed the data connection (${cover.name})`);
  }
  return new CaptureError('dialog', `Over the chart lies ${cover.name}`);
}
