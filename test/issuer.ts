import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';

/** An issuer of JWTs on loopback, with the keys it signs by at a JWKS address. */

export const AUDIENCE = 'authenticated';
export const ISSUER = 'https://issuer.example/auth/v1';

/** A claim of undefined is left out. */
export type Claims = Record<string, unknown>;

export interface Issuer {
  jwksUri: string;
  /** How often its keys were fetched. */
  fetches: number;
  /** What it answers in place of its keys. */
  answer: { status: number; body: string } | undefined;
  /** A good token but for the claims and the header given. */
  sign(claims?: Claims, header?: { alg?: 'RS256' | 'ES256'; kid?: string }): Promise<string>;
  /** Its public keys, as served. */
  keys: JWK[];
  close(): Promise<void>;
}

/** Made once: an RSA pair takes its time. */
const madePairs = Promise.all([generateKeyPair('RS256'), generateKeyPair('ES256')]);

export async function startIssuer(): Promise<Issuer> {
  const [RS256, ES256] = await madePairs;
  const pairs = { RS256, ES256 };
  const keys = await Promise.all(
    (['RS256', 'ES256'] as const).map(async (alg) => ({
      ...(await exportJWK(pairs[alg].publicKey)),
      kid: alg,
      alg,
      use: 'sig',
    })),
  );
  const server = createServer((_, response) => {
    issuer.fetches += 1;
    const { status, body } = issuer.answer ?? { status: 200, body: JSON.stringify({ keys }) };
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const issuer: Issuer = {
    jwksUri: `http://127.0.0.1:${port}/jwks.json`,
    fetches: 0,
    answer: undefined,
    keys,
    sign: (claims, { alg = 'ES256', kid = alg } = {}) =>
      new SignJWT(goodClaims(claims)).setProtectedHeader({ alg, kid, typ: 'JWT' }).sign(pairs[alg].privateKey),
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
  return issuer;
}

export function signWithSecret(secret: string, claims?: Claims): Promise<string> {
  return new SignJWT(goodClaims(claims)).setProtectedHeader({ alg: 'HS256', typ: 'JWT' }).sign(Buffer.from(secret));
}

/** What an end user's token holds for an hour, with these claims in their places. */
export function goodClaims(claims: Claims = {}): Claims {
  const now = Math.floor(Date.now() / 1000);
  return { sub: 'ana', iss: ISSUER, aud: AUDIENCE, role: 'authenticated', iat: now, exp: now + 3600, ...claims };
}
