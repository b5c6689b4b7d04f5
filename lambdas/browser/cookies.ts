import type { CDPSession } from 'puppeteer-core';
import type { SessionCookies } from '../../core/captures/session-cookies.ts';

export interface SessionCookie {
  name: string;
  value: string;
}

export function cookiesOf(session: SessionCookies): SessionCookie[] {
  return Object.entries(session).map(([name, value]) => ({ name, value }));
}

/**
 * Puts a user's session into the browser context of one capture: for the host of `origin` alone and none below it, out
 * of the reach of scripts, never over a plain connection (this machine's own counts as safe), gone with the context.
 * Rejects when the browser refuses one.
 */
export async function putCookies(
  session: CDPSession,
  origin: string,
  cookies: readonly SessionCookie[],
): Promise<void> {
  for (const { name, value } of cookies) {
    const { success } = await session.send('Network.setCookie', {
      // Without a domain beside it: a host-only cookie.
      url: origin,
      path: '/',
      name,
      value,
      secure: true,
      httpOnly: true,
      sameSite: 'Lax',
    });
    if (!success) throw new Error(`The browser refuses the cookie ${name}`);
  }
}
