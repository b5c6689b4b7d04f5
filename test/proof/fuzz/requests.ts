import { gzipSync } from 'node:zlib';
import type { Random } from './random.ts';
import { type Api, fitting, type Operation, type Parameter } from './schema.ts';
import type { WireRequest } from './send.ts';
import { BAD_UTF8, CONTENT_TYPES, hostileJson, hostileText } from './values.ts';

/** What the run has that requests can aim at. */
export interface Targets {
  /** Credentials by their kind, as headers. */
  credentials: ReadonlyMap<string, Record<string, string>>;
  /** The kinds that open most doors: behind them is most of what can fail. */
  trusted: readonly string[];
  users: readonly string[];
  /** Users that nothing else aims at. */
  deletable: readonly string[];
  webhookTokens: readonly string[];
  signals: readonly string[];
  cursors: readonly string[];
  exports: readonly string[];
  /** Of keys that may be revoked. */
  prefixes: readonly string[];
  files: readonly string[];
}

export interface FuzzRequest extends WireRequest {
  /** `GET /api/users/{id}`, or what else it is. */
  aim: string;
  credential: string;
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND', 'QUERY'];

/** A request whose every part is right with some probability, and hostile else. */
export function fuzzRequest(api: Api, targets: Targets, random: Random): FuzzRequest {
  const operation = someOperation(api, random);
  const isWrongMethod = random.chance(0.04);
  const isWrongPath = random.chance(0.03);
  const method = isWrongMethod ? random.pick(METHODS) : operation.method;
  const aimed = method === 'DELETE' ? { ...targets, users: targets.deletable } : targets;
  const path = isWrongPath ? wrongPath(operation.path, aimed, random) : pathOf(operation.path, aimed, random);
  const credential = random.chance(0.5) ? random.pick(targets.trusted) : random.pick([...targets.credentials.keys()]);
  const headers = Object.entries(targets.credentials.get(credential) ?? {});
  const body = bodyOf(operation, api, random);
  return {
    aim: isWrongPath ? 'another path' : isWrongMethod ? 'another method' : `${operation.method} ${operation.path}`,
    credential,
    method,
    target: sendable(path + queryOf(operation, api, targets, random)),
    headers: [...headers, ...(body?.headers ?? []), ...extraHeaders(random)].map(([name, value]) => [
      name,
      headerValue(value),
    ]),
    body: body?.bytes,
  };
}

/** Writes most often, and what never changes least. */
function someOperation({ operations }: Api, random: Random): Operation {
  const operation = random.pick(operations);
  if (operation.body) return operation;
  return random.chance(operation.path.includes('{id}') ? 0.7 : 0.3) ? operation : random.pick(operations);
}

/** Characters that no client can put into a request line are percent-encoded. */
function sendable(target: string): string {
  return target.toWellFormed().replaceAll(/[^\x21-\x7e]/gu, encodeURIComponent);
}

/** UTF-8 in headers is bytes to Node; control characters can't be sent. */
function headerValue(value: string): string {
  return Buffer.from(value.replaceAll(/\p{Cc}/gu, ''))
    .toString('latin1')
    .trim();
}

function pathOf(path: string, targets: Targets, random: Random): string {
  const slash = random.chance(0.05) ? '/' : '';
  return (
    path.replaceAll(/([^/]+)\/\{([^}]+)\}/g, (_, before: string) => {
      const known = knownOf(before, targets);
      const value = known.length > 0 && random.chance(0.8) ? random.pick(known) : hostileText(random);
      return `${before}/${encoded(value, random)}`;
    }) + slash
  );
}

function knownOf(before: string, targets: Targets): readonly string[] {
  switch (before) {
    case 'users':
      return targets.users;
    case 'signals':
      return targets.signals;
    case 'u':
      return targets.webhookTokens;
    case 'api-keys':
      return targets.prefixes;
    case 'exports':
      return targets.exports;
    case 'docs':
      return targets.files;
    default:
      return [];
  }
}

function encoded(value: string, random: Random): string {
  const text = value.toWellFormed();
  const kind = random.below(20);
  if (kind === 0) return encodeURIComponent(encodeURIComponent(text));
  if (kind === 1) return text.replaceAll(/[^\w.-]/g, '');
  if (kind === 2) return `${encodeURIComponent(text)}%ff`;
  if (kind === 3) return `${encodeURIComponent(text)}%2f..%2f..`;
  if (kind === 4) return Buffer.from(text).toString('hex').replaceAll(/../g, '%$&');
  if (kind === 5) return `${encodeURIComponent(text)}%3Fx=1`;
  return encodeURIComponent(text);
}

function wrongPath(path: string, targets: Targets, random: Random): string {
  const filled = path.replaceAll(/\{[^}]+\}/g, encodeURIComponent(random.pick(targets.users)));
  return random.pick([
    `${filled}/more`,
    `${filled}//`,
    `/${filled}`,
    filled.toUpperCase(),
    filled.replaceAll(/(?<=.)\//g, '%2f'),
    filled.replace('/', '/./'),
    `/../..${filled}`,
    `${filled};x=1`,
    `${filled}%00`,
    `${filled}/..`,
    '/',
    '//',
    '/%',
    '/%c0%af',
    '/webhook/u/',
    `/${'a/'.repeat(200)}`,
    `/${'a'.repeat(6000)}`,
    `/${encodeURIComponent(hostileText(random).toWellFormed())}`,
  ]);
}

function queryOf({ query }: Operation, api: Api, targets: Targets, random: Random): string {
  const pairs: string[] = [];
  const add = (name: string, value: string) => {
    const text = value.toWellFormed();
    pairs.push(
      `${encodeURIComponent(name.toWellFormed())}=${random.chance(0.03) ? text.replaceAll(/[#\s]/g, '') : encodeURIComponent(text)}`,
    );
  };
  for (const parameter of query) {
    if (!random.chance(parameter.required || parameter.name === 'user_id' ? 0.85 : 0.12)) continue;
    add(parameter.name, random.chance(0.7) ? fittingText(parameter, api, targets, random) : hostileText(random));
    if (random.chance(0.03)) add(parameter.name, hostileText(random));
  }
  if (random.chance(0.04)) add(hostileText(random), hostileText(random));
  if (random.chance(0.02))
    pairs.push(random.pick(['&&', '=', '%', '%ff=%fe', 'a[]=1', 'a.b=1', '?', 'limit=1&limit=2', '+']));
  return pairs.length > 0 ? `?${pairs.join('&')}` : '';
}

function fittingText({ name, schema }: Parameter, api: Api, targets: Targets, random: Random): string {
  if (name === 'user_id') return random.pick(targets.users);
  if (name !== 'cursor') return String(fitting(schema, name, api, random));
  const cursor = targets.cursors.length > 0 ? random.pick(targets.cursors) : 'a.b';
  switch (random.below(5)) {
    case 0:
      return cursor.slice(0, -1);
    case 1:
      return cursor.replace(/[A-Za-z]/, (letter) => (letter === 'A' ? 'B' : 'A'));
    case 2:
      return `${cursor}.${cursor}`;
    default:
      return cursor;
  }
}

interface Body {
  bytes: Buffer;
  headers: [string, string][];
}

function bodyOf({ path, body }: Operation, api: Api, random: Random): Body | undefined {
  if (!body) return random.chance(0.03) ? plainBody('x', 'text/plain') : undefined;
  if (random.chance(0.02)) return undefined;
  if (path.startsWith('/webhook/')) return webhookBody(random);
  const text = mutated(fitting(body, '', api, random), random);
  const type = random.chance(0.9) ? 'application/json' : random.pick(CONTENT_TYPES);
  return plainBody(random.chance(0.97) ? text : random.pick(brokenTexts(text)), type, random);
}

function plainBody(text: string | Buffer, type: string, random?: Random): Body {
  const headers: [string, string][] = [['content-type', type]];
  let bytes = Buffer.from(text);
  if (random?.chance(0.03)) bytes = Buffer.concat([bytes.subarray(0, 5), random.pick(BAD_UTF8), bytes.subarray(5)]);
  if (random?.chance(0.02)) {
    bytes = gzipSync(bytes);
    headers.push(['content-encoding', 'gzip']);
  }
  return { bytes, headers };
}

function brokenTexts(text: string): string[] {
  return [
    '',
    ' ',
    text.slice(0, -1),
    `\ufeff${text}`,
    `${text}${text}`,
    `${text},`,
    text.replaceAll('"', "'"),
    `/* */${text}`,
    'null',
    '[]',
    '"x"',
    '1',
    'NaN',
    `{"notes":"${'x'.repeat(300_000)}"}`,
    `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
    `[${'0,'.repeat(60_000)}0]`,
  ];
}

/** The value's JSON, mostly with a field that is wrong. */
function mutated(value: unknown, random: Random): string {
  if (typeof value !== 'object' || value === null || random.chance(0.35)) return JSON.stringify(value);
  const fields = Object.entries(value).map(([name, inner]) => `${JSON.stringify(name)}:${JSON.stringify(inner)}`);
  const names = [
    ...Object.keys(value),
    'id',
    'plan',
    'result',
    'profit_loss',
    'notes',
    '__proto__',
    hostileText(random),
  ];
  const extra = `${JSON.stringify(random.pick(names))}:${hostileJson(random)}`;
  // The same name twice: the last one counts.
  if (fields.length === 0 || random.chance(0.4)) fields.push(extra);
  else {
    const name = random.pick(Object.keys(value));
    fields[random.below(fields.length)] = `${JSON.stringify(name)}:${hostileJson(random)}`;
  }
  return `{${fields.join(',')}}`;
}

function webhookBody(random: Random): Body {
  const alerts = [
    `BINANCE:BTCUSDT buy at ${random.below(100_000)}`,
    JSON.stringify({ ticker: 'BYBIT:ETHUSDT', price: random.below(10_000), action: 'sell' }),
    `Ticker: ${hostileText(random)}\nPrecio: ${hostileText(random)}\nSeñal: ${hostileText(random)}`,
    `{"ticker": ${hostileJson(random)}, "price": ${hostileJson(random)}, "chart_id": ${hostileJson(random)}}`,
    hostileText(random),
    hostileJson(random),
    'x'.repeat(65_536),
    'ñ'.repeat(32_769),
    '🐸'.repeat(16_384),
  ];
  const type = random.chance(0.7) ? 'text/plain; charset=utf-8' : random.pick(['application/json', ...CONTENT_TYPES]);
  return plainBody(random.pick(alerts), type, random);
}

function extraHeaders(random: Random): [string, string][] {
  const text = hostileText(random).slice(0, 1000);
  const all: [string, string][] = [
    ['accept-language', random.pick(['en', 'es-AR,en;q=0.5', '*', 'en;q=x', ';;;,,,', text])],
    ['idempotency-key', random.pick(['a', 'same-key', '', 'x'.repeat(256), text])],
    ['x-forwarded-for', random.pick(['127.0.0.1', '::1', text])],
    ['x-http-method-override', 'DELETE'],
    ['x-original-url', '/api/users'],
    ['origin', random.pick(['https://evil.example', 'null', text])],
    ['access-control-request-method', 'DELETE'],
    ['if-none-match', random.pick(['*', '"x"', 'W/"x"', text])],
    ['accept-encoding', random.pick(['gzip', 'gzip;q=0', 'br', text])],
    ['accept', random.pick(['text/html', 'application/xml', text])],
    ['range', 'bytes=0-1'],
    ['cookie', `a=${text}; __proto__=1`],
    ['x-api-key', text],
    ['authorization', random.pick(['Bearer', 'Bearer ', `Bearer ${text}`, 'Basic YTpi', 'bearer\ta'])],
    ['x-request-id', text],
    ['x-amzn-trace-id', text],
    ['user-agent', text],
    ['x-many', 'x'.repeat(9000)],
  ];
  const count = random.chance(0.7) ? 0 : 1 + random.below(3);
  return Array.from({ length: count }, () => random.pick(all));
}
