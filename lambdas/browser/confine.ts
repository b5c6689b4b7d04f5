import type { BrowserContext, CDPSession, Page } from 'puppeteer-core';
import type { Reach } from './reach.ts';

/**
 * Keeps a page to what it may reach, from asking the user anything, and from changing the user's chart.
 * @param bare pages only, with nothing that they ask for
 */
export async function confine(
  context: BrowserContext,
  page: Page,
  session: CDPSession,
  reach: Reach,
  bare: boolean,
): Promise<void> {
  session.on('Fetch.requestPaused', ({ requestId, request, resourceType }) => {
    const isWanted = !bare || resourceType === 'Document';
    const answer =
      isWanted && reach.allows(request.url, request.method)
        ? session.send('Fetch.continueRequest', { requestId })
        : session.send('Fetch.failRequest', { requestId, errorReason: 'BlockedByClient' });
    // The request may be gone by now, with its page.
    answer.catch(() => undefined);
  });
  page.on('dialog', (dialog) => void dialog.dismiss().catch(() => undefined));
  context.on('targetcreated', (target) => {
    if (target.opener() !== page.target()) return;
    const closed = target.page().then((popup) => popup?.close());
    // It may have gone by itself.
    closed.catch(() => undefined);
  });
  await Promise.all([
    session.send('Fetch.enable', { patterns: [{ urlPattern: '*' }] }),
    page.setBypassServiceWorker(true),
    // An empty list: everything that a page could ask for is refused.
    context.overridePermissions(reach.origin, []),
  ]);
}
