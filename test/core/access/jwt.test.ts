import { createHmac, createPublicKey, generateKeyPairSync, sign as nodeSign, randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type JwtVerifier, jwtVerifier, readJwtRules } from '../../../core/access/jwt.ts';
import { AUDIENCE, goodClaims, ISSUER, type Issuer, signWithSecret, startIssuer } from '../../issuer.ts';

/** Seconds; long after every test. */
const END = 4_102_444_800;
const ANA = { userId: 'ana', endsAt: expect.any(Number) };

const RULES = { issuer: ISSUER, audience: AUDIENCE, role: 'authenticated' };
const SECRET = 'a shared secret of forty characters and!';
const HOUR = 3600;
const now = () => Math.floor(Date.now() / 1000);

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}

/** A token as no library would make it. */
function forge(header: object, claims: object, signature: (input: string) => string): string {
  const input = `${encode(header)}.${encode(claims)}`;
  return `${input}.${signature(input)}`;
}

const hmac = (key: string | Buffer) => (input: string) => createHmac('sha256', key).update(input).digest('base64url');

/** What is wrong with a token whatever signs it. */
const BAD_CLAIMS = [
  ['expired', { exp: now() - 1 }],
  ['without an end', { exp: undefined }],
  ['whose end is no number', { exp: `${now() + HOUR}` }],
  ['not yet valid', { nbf: now() + HOUR }],
  ['of another issuer', { iss: 'https://issuer.example' }],
  ['of no issuer', { iss: undefined }],
  ['for another audience', { aud: 'anon' }],
  ['for other audiences', { aud: ['anon', 'service'] }],
  ['for no audience', { aud: undefined }],
  ['of nobody', { sub: undefined }],
  ['of an empty name', { sub: '' }],
  ['of somebody who is no text', { sub: 7 }],
  ['of another role', { role: 'service_role' }],
  ['of no role', { role: undefined }],
  ['as Supabase’s public anon key is', { sub: undefined, role: 'anon', exp: now() + 10 * 365 * 24 * HOUR }],
] as const;

describe('a token signed by the keys of a JWKS address', () => {
  let issuer: Issuer;
  let verify: JwtVerifier;

  beforeEach(async () => {
    issuer = await startIssuer();
    verify = jwtVerifier({ ...RULES, jwksUri: issuer.jwksUri }, () => async () => SECRET);
  });
  afterEach(async () => {
    vi.useRealTimers();
    await issuer.close();
  });

  test.each(['RS256', 'ES256'] as const)('by %s names its user', async (alg) => {
    expect(await verify(await issuer.sign({ sub: 'ana', exp: END }, { alg }))).toEqual({
      userId: 'ana',
      endsAt: END * 1000,
    });
  });

  test('may be for several audiences, and be valid since a time', async () => {
    expect(await verify(await issuer.sign({ aud: ['other', AUDIENCE], nbf: now() - 1 }))).toMatchObject(ANA);
  });

  test.each(BAD_CLAIMS)('is refused %s', async (_, claims) => {
    expect(await verify(await issuer.sign(claims))).toBeUndefined();
  });

  test.each(['none', 'None', 'NONE', 'nOnE', ''])('is refused where it says it is not signed: alg %j', async (alg) => {
    expect(await verify(forge({ alg, typ: 'JWT' }, goodClaims(), () => ''))).toBeUndefined();
    expect(await verify(forge({ alg, kid: 'RS256' }, goodClaims(), hmac('')))).toBeUndefined();
  });

  test('is refused where a public key is passed off as the secret of HS256', async () => {
    const [rsa] = issuer.keys;
    const pem = String(createPublicKey({ key: rsa ?? {}, format: 'jwk' }).export({ type: 'spki', format: 'pem' }));
    for (const secret of [
      pem,
      pem.trim(),
      JSON.stringify(rsa),
      String(rsa?.n),
      Buffer.from(String(rsa?.n), 'base64url'),
    ]) {
      expect(await verify(forge({ alg: 'HS256', kid: 'RS256' }, goodClaims(), hmac(secret)))).toBeUndefined();
    }
    expect(await verify(await signWithSecret(SECRET))).toBeUndefined();
  });

  test('is refused where it brings its own key', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const jwk = publicKey.export({ format: 'jwk' });
    const rs256 = (input: string) => nodeSign('sha256', Buffer.from(input), privateKey).toString('base64url');
    for (const header of [{ jwk }, { jku: issuer.jwksUri, jwk }, { x5c: [jwk.n] }, { kid: 'RS256' }, {}]) {
      expect(await verify(forge({ alg: 'RS256', ...header }, goodClaims(), rs256))).toBeUndefined();
    }
  });

  test('is refused by a key of another curve, and by PS256 with the right key', async () => {
    const other = generateKeyPairSync('ec', { namedCurve: 'P-384' });
    const p384 = (input: string) =>
      nodeSign('sha256', Buffer.from(input), { key: other.privateKey, dsaEncoding: 'ieee-p1363' }).toString(
        'base64url',
      );
    issuer.keys.push({ ...other.publicKey.export({ format: 'jwk' }), kid: 'P-384', use: 'sig' });
    expect(await verify(forge({ alg: 'ES256', kid: 'P-384' }, goodClaims(), p384))).toBeUndefined();
    expect(await verify(forge({ alg: 'ES384', kid: 'P-384' }, goodClaims(), p384))).toBeUndefined();
    expect(await verify(forge({ alg: 'PS256', kid: 'RS256' }, goodClaims(), hmac('x')))).toBeUndefined();
  });

  test('is refused once a byte of it is changed', async () => {
    const token = await issuer.sign({ sub: 'ana' });
    const [header = '', , signature = ''] = token.split('.');
    const tampered = `${header}.${encode(goodClaims({ sub: 'bea' }))}.${signature}`;
    const zeros = Buffer.alloc(64).toString('base64url');
    for (const bad of [tampered, token.slice(0, -2), `${token}x`, `${token}.`, token.replace('.', '..')]) {
      expect(await verify(bad)).toBeUndefined();
    }
    // CVE-2022-21449: a signature of zeros that fits everything.
    expect(await verify(token.replace(signature, zeros))).toBeUndefined();
  });

  test.each([
    ['nothing', ''],
    ['dots', '..'],
    ['no JSON', 'a.b.c'],
    ['JSON that is no object', `${encode([])}.${encode([])}.x`],
    ['an encrypted one', `${encode({ alg: 'dir', enc: 'A256GCM' })}..a.b.c`],
    ['a header it has to know', `${encode({ alg: 'ES256', kid: 'ES256', crit: ['x'], x: 1 })}.${encode({})}.x`],
    ['an unencoded one', `${encode({ alg: 'ES256', kid: 'ES256', b64: false, crit: ['b64'] })}.{}.x`],
    ['a key id that is no text', `${encode({ alg: 'ES256', kid: { a: 1 } })}.${encode({})}.x`],
    ['an API key', 'cmkd_0123456789ab'],
    ['signs of other alphabets', '🟢.🟢.🟢'],
  ])('is refused where it is %s', async (_, token) => {
    expect(await verify(token)).toBeUndefined();
  });

  test('is refused unread where it is huge', async () => {
    expect(await verify(await issuer.sign({ more: randomBytes(5000).toString('hex') }))).toBeUndefined();
    expect(issuer.fetches).toBe(0);
  });

  test('costs one fetch of the keys, and an unknown key at most one more in 30 s', async () => {
    for (let time = 0; time < 5; time += 1) expect(await verify(await issuer.sign())).toMatchObject(ANA);
    expect(issuer.fetches).toBe(1);
    for (let time = 0; time < 5; time += 1) {
      expect(await verify(await issuer.sign({}, { kid: `unknown-${time}` }))).toBeUndefined();
    }
    expect(issuer.fetches).toBe(1);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 31_000 });
    expect(await verify(await issuer.sign({}, { kid: 'unknown' }))).toBeUndefined();
    expect(issuer.fetches).toBe(2);
  });

  test.each([
    ['answers an error', { status: 500, body: '' }],
    ['answers a redirect', { status: 302, body: '' }],
    ['answers a page', { status: 200, body: '<html>' }],
    ['answers no keys', { status: 200, body: '{"keys": 7}' }],
  ])('is neither good nor bad while the address %s', async (_, answer) => {
    issuer.answer = answer;
    await expect(verify(await issuer.sign())).rejects.toMatchObject({
      code: 'unavailable',
      status: 503,
      headers: { 'retry-after': '5' },
      cause: expect.any(Error),
    });
    issuer.answer = undefined;
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 6000 });
    expect(await verify(await issuer.sign())).toMatchObject(ANA);
  });

  test('is neither good nor bad while nobody listens, and nobody waits for that twice', async () => {
    issuer.answer = { status: 500, body: '' };
    for (let time = 0; time < 5; time += 1) {
      await expect(verify(await issuer.sign())).rejects.toMatchObject({ code: 'unavailable' });
    }
    expect(issuer.fetches).toBe(1);
    const { jwksUri } = issuer;
    await issuer.close();
    const alone = jwtVerifier({ ...RULES, jwksUri }, () => async () => SECRET);
    await expect(alone(await issuer.sign())).rejects.toMatchObject({ code: 'unavailable' });
    // What is bad without any key needs none.
    expect(await alone(forge({ alg: 'none' }, goodClaims(), () => ''))).toBeUndefined();
    issuer = await startIssuer();
  });
});

describe('a token signed with a shared secret', () => {
  const verify = jwtVerifier({ ...RULES, sharedSecretName: 'name' }, (name) => async () => {
    expect(name).toBe('name');
    return SECRET;
  });

  test('names its user', async () => {
    expect(await verify(await signWithSecret(SECRET, { sub: 'ana' }))).toMatchObject(ANA);
  });

  test.each(BAD_CLAIMS)('is refused %s', async (_, claims) => {
    expect(await verify(await signWithSecret(SECRET, claims))).toBeUndefined();
  });

  test('is refused by another secret, other algorithms, and none', async () => {
    expect(await verify(await signWithSecret(`${SECRET}.`))).toBeUndefined();
    expect(await verify(await signWithSecret(''.padEnd(40, '\0')))).toBeUndefined();
    for (const alg of ['none', 'HS384', 'HS512', 'RS256', 'hs256']) {
      expect(await verify(forge({ alg }, goodClaims(), hmac(SECRET)))).toBeUndefined();
    }
    expect(await verify(forge({ alg: 'HS256' }, goodClaims(), () => ''))).toBeUndefined();
  });

  test('is refused where a public key signed it', async () => {
    const issuer = await startIssuer();
    expect(await verify(await issuer.sign())).toBeUndefined();
    expect(issuer.fetches).toBe(0);
    await issuer.close();
  });

  test.each([
    ['can’t be read', async () => Promise.reject(new Error('no such secret'))],
    ['is shorter than its algorithm asks for', async () => 'short'],
  ])('is neither good nor bad where the secret %s', async (_, read: () => Promise<string>) => {
    const stuck = jwtVerifier({ ...RULES, sharedSecretName: 'name' }, () => read);
    await expect(stuck(await signWithSecret(SECRET))).rejects.toMatchObject({ code: 'unavailable', status: 503 });
  });
});

test('without a role in the rules any will do', async () => {
  const verify = jwtVerifier(
    { issuer: ISSUER, audience: AUDIENCE, sharedSecretName: 'name' },
    () => async () => SECRET,
  );
  expect(await verify(await signWithSecret(SECRET, { role: undefined }))).toMatchObject(ANA);
});

test('rules are read as the template wrote them', () => {
  expect(readJwtRules('null')).toBeUndefined();
  expect(readJwtRules(JSON.stringify({ ...RULES, jwksUri: 'x' }))).toEqual({ ...RULES, jwksUri: 'x' });
  expect(() => readJwtRules(JSON.stringify({ ...RULES, jwksUri: 'x', sharedSecretName: 'y' }))).toThrow();
});
