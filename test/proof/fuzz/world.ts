import { z } from 'zod';
import type { Outputs } from '../../../local/run.ts';
import type { Exchange } from '../../document-check.ts';
import { AUDIENCE, ISSUER, type Issuer, signWithSecret } from '../../issuer.ts';
import type { Targets } from './requests.ts';

/** Of what came to be, so much is aimed at: older ones may be gone. */
const LATEST = 20;
const USERS = ['fuzz-one', 'fuzz-two'];

/** Users, credentials and signals for the requests to aim at; it grows by what the answers tell. */
export class World {
  readonly #apiUrl: string;
  readonly #admin: Record<string, string>;
  readonly #credentials = new Map<string, Record<string, string>>([['none', {}]]);
  readonly #users: string[] = ['me', 'fuzz-none'];
  readonly #webhookTokens: string[] = [];
  readonly #deletable: string[] = ['fuzz-none'];
  readonly #signals: string[] = [];
  readonly #cursors: string[] = [];
  readonly #exports: string[] = [];
  readonly #prefixes: string[] = [];

  constructor({ apiUrl, adminApiKey }: Outputs) {
    this.#apiUrl = apiUrl;
    this.#admin = { 'x-api-key': adminApiKey };
  }

  async build(issuer: Issuer): Promise<void> {
    for (const id of USERS) await this.#newUser(id);
    for (const permission of ['read', 'write', 'admin']) {
      const { key } = await this.#newKey(permission);
      this.#credentials.set(`${permission} key`, { 'x-api-key': key });
    }
    const { key } = await this.#newKey('admin');
    this.#credentials.set('admin key as bearer', { authorization: `Bearer ${key}` });
    const revoked = await this.#newKey('admin');
    await this.#call('DELETE', `/auth/api-keys/${revoked.prefix}`);
    this.#credentials.set('revoked key', { 'x-api-key': revoked.key });
    this.#credentials.set('wrong key', { 'x-api-key': `${revoked.key.slice(0, -4)}AAAA` });
    const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
    const sub = 'fuzz-one';
    this.#credentials.set('JWT of one', bearer(await issuer.sign({ sub })));
    this.#credentials.set('JWT of two', bearer(await issuer.sign({ sub: 'fuzz-two' })));
    this.#credentials.set('JWT of nobody', bearer(await issuer.sign({ sub: 'fuzz-nobody' })));
    this.#credentials.set('ended JWT', bearer(await issuer.sign({ sub, exp: 1 })));
    this.#credentials.set('JWT by a shared secret', bearer(await signWithSecret('x'.repeat(32), { sub })));
    const none = [{ alg: 'none' }, { sub, iss: ISSUER, aud: AUDIENCE, exp: 4_102_444_800 }].map((part) =>
      Buffer.from(JSON.stringify(part)).toString('base64url'),
    );
    this.#credentials.set('unsigned JWT', bearer(`${none.join('.')}.`));
    for (let count = 0; count < 5; count += 1) this.#prefixes.push((await this.#newKey('read')).prefix);
  }

  get targets(): Targets {
    return {
      credentials: this.#credentials,
      trusted: ['admin key', 'write key', 'JWT of one'],
      users: this.#users,
      deletable: this.#deletable.slice(-LATEST),
      webhookTokens: this.#webhookTokens.slice(-LATEST),
      signals: this.#signals.slice(-LATEST),
      cursors: this.#cursors.slice(-LATEST),
      exports: this.#exports.slice(-LATEST),
      prefixes: this.#prefixes,
      files: ['swagger-ui.css', 'start-swagger-ui.js', 'page.css'],
    };
  }

  /** Keeps what a later request can use. */
  learn({ method, path, status, body }: Exchange): void {
    if (status !== 200 && status !== 201) return;
    const told = lessons.safeParse(path.startsWith('/docs') || path.startsWith('/redoc') ? {} : parse(body)).data;
    if (told?.signal_id !== undefined) this.#signals.push(told.signal_id);
    if (told?.webhook_token !== undefined) this.#webhookTokens.push(told.webhook_token);
    if (told?.next_cursor) this.#cursors.push(told.next_cursor);
    if (method === 'POST' && /^\/api\/users\/?(\?|$)/.test(path) && told?.id !== undefined)
      this.#deletable.push(told.id);
    if (method === 'POST' && path.includes('/exports') && told?.id !== undefined) this.#exports.push(told.id);
  }

  /** Makes the users take alerts again, after what was changed of them. */
  async heal(): Promise<void> {
    for (const id of USERS) {
      const limits = { signals_quota: null, rate_per_minute: null, rate_per_hour: null };
      await this.#call('PATCH', `/api/users/${id}`, { ...limits, webhook_enabled: true });
      await this.#call('PATCH', `/api/users/${id}/config`, {
        screenshot_source: 'builtin',
        ip_allowlist: { enabled: false, ranges: [] },
      });
      const made = tokenSchema.parse(await this.#call('POST', `/api/users/${id}/webhook-token`, {}));
      this.#webhookTokens.push(...Array(LATEST / 4).fill(made.webhook_token));
    }
  }

  /** Before the requests start: enough signals for lists to have pages. */
  async fill(): Promise<void> {
    for (let index = 0; index < 60; index += 1) {
      const token = this.#webhookTokens[index % this.#webhookTokens.length];
      const path = `/webhook/u/${token}`;
      const response = await fetch(this.#apiUrl + path, { method: 'POST', body: `BINANCE:BTCUSDT buy at ${index}` });
      this.learn({
        method: 'POST',
        path,
        status: response.status,
        headers: response.headers,
        body: await response.text(),
      });
    }
  }

  async #newUser(id: string): Promise<void> {
    const body = { id, plan: 'premium', rate_per_minute: null, rate_per_hour: null };
    const made = tokenSchema.parse(await this.#call('POST', '/api/users', body));
    await this.#call('PATCH', `/api/users/${id}/config`, {
      screenshot_source: 'builtin',
      screenshot_resolution: '720p',
    });
    this.#users.push(id, id, id);
    this.#webhookTokens.push(made.webhook_token);
  }

  async #newKey(permission: string) {
    const made = await this.#call('POST', '/auth/api-keys', { name: 'fuzz', permissions: [permission] });
    return z.object({ key: z.string(), prefix: z.string() }).parse(made);
  }

  async #call(method: string, path: string, body?: object): Promise<unknown> {
    const response = await fetch(this.#apiUrl + path, {
      method,
      headers: { ...this.#admin, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return parse(text);
  }
}

const tokenSchema = z.object({ webhook_token: z.string() });
const lessons = z.object({
  id: z.string().optional(),
  signal_id: z.string().optional(),
  webhook_token: z.string().optional(),
  next_cursor: z.string().nullish(),
});

function parse(text: string): unknown {
  return text === '' ? {} : JSON.parse(text);
}
