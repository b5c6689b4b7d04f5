import * as z from 'zod/mini';
import { environment } from '../aws/environment.ts';
import { seal, unseal } from '../aws/sealed.ts';

/** The cookies by which TradingView knows a signed-in user. In clear they are only in the function that sends them. */

/** What a cookie's value may hold: RFC 6265, 4.1.1. */
const value = z.string().check(z.regex(/^[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]{1,512}$/));

export const sessionCookies = { sessionid: value, sessionid_sign: value };
const schema = z.object(sessionCookies);
export type SessionCookies = z.output<typeof schema>;

const key = () => environment('SESSIONS_KEY');

export function sealCookies(userId: string, cookies: SessionCookies): Promise<Uint8Array> {
  return seal(key(), userId, JSON.stringify(cookies));
}

export async function openCookies(userId: string, sealed: Uint8Array): Promise<SessionCookies> {
  return schema.parse(JSON.parse(await unseal(key(), userId, sealed)));
}
