import { createRemoteJWKSet, customFetch, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import * as z from 'zod/mini';
import { ApiError } from '../http/errors.ts';

/**
 * JWTs of end users. One family of algorithms a configuration: the public keys of a JWKS address, or one shared secret.
 * With both, a public key could be passed off as a secret that everybody knows.
 */

const base = { issuer: z.string(), audience: z.string(), role: z.optional(z.string()) };
const jwtRules = z.union([
  z.strictObject({ ...base, jwksUri: z.string() }),
  /** Of a secret in Secrets Manager. */
  z.strictObject({ ...base, sharedSecretName: z.string() }),
]);
export type JwtRules = z.output<typeof jwtRules>;

/** The rules as the function's environment holds them; undefined where end users have no way in. */
export function readJwtRules(text: string): JwtRules | undefined {
  return z.nullable(jwtRules).parse(JSON.parse(text)) ?? undefined;
}

/** Whom a token names, and until when. */
export interface Subject {
  userId: string;
  /** Epoch milliseconds. */
  endsAt: number;
}

/** The subject of a good token, undefined of a bad one; throws `unavailable` where its keys can't be had. */
export type JwtVerifier = (token: string) => Promise<Subject | undefined>;

/** An HTTP API takes headers of 10 KB in all: what is longer was never sent through one. */
const MAX_TOKEN_LENGTH = 8192;
const RETRY_AFTER_SECONDS = 5;

/** @param readerOf how the secret of a name is read, where the rules name one */
export function jwtVerifier(rules: JwtRules, readerOf: (name: string) => () => Promise<string>): JwtVerifier {
  const { algorithms, key } = familyOf(rules, readerOf);
  return async (token) => {
    if (token.length > MAX_TOKEN_LENGTH) return undefined;
    try {
      const { payload } = await jwtVerify(token, key, {
        algorithms,
        issuer: rules.issuer,
        audience: rules.audience,
        requiredClaims: ['sub', 'iss', 'exp', 'aud'],
      });
      return subject(payload, rules.role);
    } catch (error) {
      // Whatever jose has against the token; all else is about the keys.
      if (error instanceof errors.JOSEError) return undefined;
      throw new ApiError('unavailable', {}, { 'retry-after': String(RETRY_AFTER_SECONDS) }, { cause: error });
    }
  };
}

function familyOf(
  rules: JwtRules,
  readerOf: (name: string) => () => Promise<string>,
): { algorithms: string[]; key: JWTVerifyGetKey } {
  if ('jwksUri' in rules) return { algorithms: ['RS256', 'ES256'], key: keysOf(new URL(rules.jwksUri)) };
  const secret = readerOf(rules.sharedSecretName);
  return { algorithms: ['HS256'], key: async () => secretKey(await secret()) };
}

function subject({ sub, role, exp }: JWTPayload, neededRole: string | undefined): Subject | undefined {
  if (neededRole !== undefined && role !== neededRole) return undefined;
  // jose has checked the end; the type alone does not know.
  return typeof sub === 'string' && sub !== '' && exp !== undefined ? { userId: sub, endsAt: exp * 1000 } : undefined;
}

/** RFC 7518, 3.2: a key for HS256 has 256 bits at least; a shorter one could be guessed from any token. */
const MIN_SECRET_BYTES = 32;

/** The text's bytes, as Supabase signs with it. */
function secretKey(secret: string): Uint8Array {
  const bytes = new TextEncoder().encode(secret);
  if (bytes.length < MIN_SECRET_BYTES)
    throw new Error(`The shared secret of JWTs has less than ${MIN_SECRET_BYTES} bytes`);
  return bytes;
}

const FETCH_MS = 3000;
/** An unknown key asks for the keys again, but not more often than this: anybody can name an unknown key. */
const COOLDOWN_MS = 30_000;
const MAX_AGE_MS = 10 * 60_000;

/** The issuer's keys, fetched when first needed and kept. */
function keysOf(address: URL): JWTVerifyGetKey {
  // A request that finds the issuer down does not wait for it again if another one just did.
  let restsUntil = 0;
  const keys = createRemoteJWKSet(address, {
    timeoutDuration: FETCH_MS,
    cooldownDuration: COOLDOWN_MS,
    cacheMaxAge: MAX_AGE_MS,
    [customFetch]: async (url, options) => {
      if (Date.now() < restsUntil) throw new Error('The keys could not be fetched a moment ago');
      try {
        const response = await fetch(url, options);
        if (response.ok) return response;
        throw new Error(`${url} answered ${response.status}`);
      } catch (error) {
        restsUntil = Date.now() + RETRY_AFTER_SECONDS * 1000;
        throw error;
      }
    },
  });
  return async (header, token) => {
    try {
      return await keys(header, token);
    } catch (error) {
      if (TOKENS_FAULT.some((fault) => error instanceof fault)) throw error;
      throw new Error('The keys of JWTs are not to be had', { cause: error });
    }
  };
}

/** What the lookup of a key has against a token; its other errors are about the answer of the JWKS address. */
const TOKENS_FAULT = [errors.JWKSNoMatchingKey, errors.JWKSMultipleMatchingKeys, errors.JOSENotSupported];
