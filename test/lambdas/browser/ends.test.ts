import { describe, expect, it } from 'vitest';
import { endOfAddress, endOfAnswer, endOfCover } from '../../../lambdas/browser/ends.ts';
import type { Cover, Sight } from '../../../lambdas/browser/sight.ts';

const sight = (page: Partial<Sight> & { path?: string } = {}): Sight => ({
  address: `https://www.tradingview.com${page.path ?? '/chart/abc/'}`,
  signedIn: null,
  own: true,
  connected: null,
  chart: null,
  covers: [],
  ...page,
});

describe('the end by status', () => {
  it.each<[string, number, Partial<Sight> & { path?: string }, boolean, string]>([
    ['no such chart', 404, { signedIn: true }, true, 'chart_not_found'],
    // Pages of what is not there may be the same for all: they say nothing of a session.
    ['no such chart, as a stranger sees it', 404, { signedIn: false }, true, 'chart_not_found'],
    ['no longer a chart', 410, {}, false, 'chart_not_found'],
    ['not for this account', 403, { signedIn: true }, true, 'chart_not_shared'],
    ['not for a stranger', 403, { signedIn: false }, false, 'chart_not_shared'],
    ['not for a session of the past', 403, { signedIn: false }, true, 'session_expired'],
    ['a wall before TradingView', 403, { own: false }, true, 'unreachable'],
    ['too many requests', 429, {}, true, 'unreachable'],
    ['an error of the server', 503, {}, false, 'unreachable'],
  ])('%s', (_, status, page, sentSession, reason) => {
    expect(endOfAnswer(status, sight(page), sentSession).reason).toBe(reason);
  });
});

describe('the end by address, then or later', () => {
  it.each<[string, Partial<Sight> & { path?: string }, boolean, string | undefined]>([
    ['a chart', {}, false, undefined],
    ['its user’s chart', { signedIn: true }, true, undefined],
    ['a page that does not say who asks', { signedIn: null }, true, undefined],
    ['a stranger’s view without a session', { signedIn: false }, false, undefined],
    ['a stranger’s view with one', { signedIn: false }, true, 'session_expired'],
    ['to sign in', { path: '/accounts/signin/?next=/chart/abc/' }, false, 'chart_not_shared'],
    ['to sign in, with a session', { path: '/accounts/signin/' }, true, 'session_expired'],
    ['to sign in, by another address', { path: '/signin/' }, true, 'session_expired'],
    ['the start page', { path: '/' }, false, 'chart_not_found'],
    ['the start page, as a stranger', { path: '/', signedIn: false }, true, 'session_expired'],
    ['nowhere', { address: 'chrome-error://chromewebdata/' }, true, 'unreachable'],
  ])('%s', (_, page, sentSession, reason) => {
    expect(endOfAddress(sight(page), sentSession)?.reason).toBe(reason);
  });
});

describe('the end that a dialog tells', () => {
  const cover = (parts: Partial<Cover>): Cover => ({ name: 'div', insists: true, buttons: 0, links: [], ...parts });
  const BAN = 'https://de.tradingview.com/support/solutions/43000674726-why/';

  it.each<[string, Partial<Cover>, boolean | null, string, boolean]>([
    ['about a closed account', { links: [BAN] }, null, 'account_restricted', false],
    ['about the rules', { links: ['/policies/'], buttons: 1 }, false, 'account_restricted', false],
    [
      'about a connection that is gone',
      { links: ['/support/solutions/1/'], buttons: 1 },
      false,
      'connection_limit',
      true,
    ],
    ['with the connection standing', { buttons: 1 }, true, 'dialog', true],
    ['of a page that does not tell of its connection', { buttons: 2 }, null, 'dialog', true],
    ['without anything to press', {}, false, 'dialog', true],
  ])('%s', (_, parts, connected, reason, retryable) => {
    expect(endOfCover(cover(parts), sight({ connected }))).toMatchObject({ reason, retryable });
  });
});
