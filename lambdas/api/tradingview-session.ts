import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { userLocator } from '../../core/access/tokens.ts';
import {
  deleteSession,
  getSession,
  putSession,
  type TradingViewSession,
} from '../../core/alerts/tradingview-sessions.ts';
import { sealCookies, sessionCookies } from '../../core/captures/session-cookies.ts';
import { type Route, route } from './route.ts';
import { isoTime } from './shapes.ts';
import { existingUser } from './users.ts';

const PATH = '/api/users/{id}/tradingview-session';

const brought = z.strictObject({ ...sessionCookies, consent: z.literal(true) });

brought.register(z.globalRegistry, {
  id: 'NewTradingViewSession',
  examples: [{ sessionid: '0123456789abcdefghijklmnopqrstuv', sessionid_sign: 'v3:c2lnbmVk', consent: true }],
});

const sessionShape = z.strictObject({
  tv_cookies_valid: z.boolean(),
  tv_cookies_updated_at: z.nullable(isoTime),
  consented_at: z.nullable(isoTime),
});

sessionShape.register(z.globalRegistry, { id: 'TradingViewSession' });

export const tradingViewSessionRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: PATH,
    summary: 'Whether there is a TradingView session, and whether it counts; never its cookies',
    needs: 'read',
    endUsers: true,
    success: { status: 200, body: sessionShape },
    errors: ['user_not_found'],
    handle: async ({ path: { id } }) => {
      await existingUser(id);
      return presentSession(await getSession(userLocator(id)));
    },
  }),
  route({
    method: 'PUT',
    path: PATH,
    summary: "Takes the session by which the user's own charts are opened, in the place of any before it",
    description:
      "TradingView's terms speak against automation, and it restricts accounts for it: only a user who knows that and " +
      'agrees may bring a session, and says so by `consent`. The cookies are encrypted for this user, go to ' +
      'TradingView alone, and never come out again.',
    needs: 'write',
    endUsers: true,
    body: brought,
    success: { status: 200, body: sessionShape },
    errors: ['user_not_found'],
    handle: async ({ path: { id }, body: { sessionid, sessionid_sign } }) => {
      await existingUser(id);
      const cookies = await sealCookies(id, { sessionid, sessionid_sign });
      const account = createHash('sha256').update(sessionid).digest('base64url');
      return presentSession(await putSession(userLocator(id), { cookies, account }, Date.now()));
    },
  }),
  route({
    method: 'DELETE',
    path: PATH,
    summary: 'Takes the session back; captures go on without one',
    needs: 'write',
    endUsers: true,
    success: { status: 204 },
    errors: ['user_not_found'],
    handle: async ({ path: { id } }) => {
      await existingUser(id);
      await deleteSession(userLocator(id));
      return { statusCode: 204 };
    },
  }),
];

/** A session is never brought without consent: it is as old as the consent to it. */
function presentSession(session: TradingViewSession | undefined): z.input<typeof sessionShape> {
  const { valid = false, updated_at = null } = session ?? {};
  return { tv_cookies_valid: valid, tv_cookies_updated_at: updated_at, consented_at: updated_at };
}
