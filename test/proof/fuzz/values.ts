import type { Random } from './random.ts';

/** Values that have broken services before: types, sizes, encodings, other languages' code. */

const TEXTS = [
  '',
  ' ',
  '0',
  'null',
  'undefined',
  'NaN',
  'true',
  '[]',
  '{}',
  '__proto__',
  'constructor',
  'hasOwnProperty',
  'me',
  'a b',
  'a\u0000b',
  '\u0000',
  '\u001f\u007f',
  'a\r\nx-injected: 1',
  '\ufeff',
  '\ud800',
  '\udfff\ud800',
  '\u202eabc',
  'e\u0301'.repeat(20),
  '🐸👑👨‍👩‍👧‍👦',
  'ſİıẞ',
  'ＡＤＭＩＮ',
  '١٢٣',
  '../../etc/passwd',
  '..\\..\\windows',
  '/etc/passwd',
  '%2e%2e%2f',
  '%00',
  '%',
  '%zz',
  "' OR '1'='1",
  '"; DROP TABLE users; --',
  '{"$gt":""}',
  '#pk = :pk',
  'S#',
  'U#',
  'attribute_exists(pk)',
  '#{7*7}',
  '{{7*7}}',
  '<script>alert(1)</script>',
  '=HYPERLINK("http://x")',
  '$(id)',
  '`id`',
  '|id',
  'javascript:alert(1)',
  'http://169.254.169.254/latest/meta-data',
  'a'.repeat(129),
  'a'.repeat(201),
  'ñ'.repeat(300),
  'x'.repeat(5000),
  '(a+)+$',
  '1e999',
  '-1',
  '1.5',
  '0x10',
  '9007199254740993',
  '123456789012345678901234567890123456789012345678',
  '0.00000000000000000000000000000000000000000000001',
  '2026-02-30T00:00:00Z',
  '0000-01-01T00:00:00.000Z',
  '9999-12-31T23:59:59.999Z',
  '+275760-09-13T00:00:00.000Z',
  '2026-01-01T00:00:00+99:99',
  '1970-01-01',
  'Europe/Madrid\u0000',
  'GMT+25',
  '999.999.999.999/99',
  '::ffff:0:0/0',
  '00000000-0000-0000-0000-000000000000',
  'ffffffff-ffff-ffff-ffff-ffffffffffff',
];

/** As JSON writes them, which is more than JavaScript's own values. */
const JSON_VALUES = [
  'null',
  'true',
  'false',
  '0',
  '-0',
  '-1',
  '1.5',
  '0.1',
  '1e400',
  '-1e400',
  '1e-400',
  '9007199254740993',
  '18446744073709551616',
  '123456789012345678901234567890123456789012345678',
  '123456789012345.12345678',
  '0.00000001',
  '1E+2',
  '[]',
  '{}',
  '[[]]',
  '[null]',
  '{"":""}',
  '{"__proto__":{"admin":true}}',
  '{"constructor":{"prototype":{"admin":true}}}',
  '{"toString":1}',
  '"\\u0000"',
  '"\\ud800"',
  '"\\udc00\\ud800"',
];

export function hostileText(random: Random): string {
  return random.pick(TEXTS);
}

/** A value's JSON. */
export function hostileJson(random: Random): string {
  const kind = random.below(10);
  if (kind < 5) return random.pick(JSON_VALUES);
  if (kind < 9) return JSON.stringify(hostileText(random));
  return random.chance(0.5) ? nested('[', ']', random) : nested('{"a":', '}', random);
}

function nested(open: string, close: string, random: Random): string {
  const depth = random.pick([10, 100, 1000, 5000]);
  return `${open.repeat(depth)}1${close.repeat(depth)}`;
}

/** Bytes that are no UTF-8. */
export const BAD_UTF8 = [
  Buffer.from([0xff, 0xfe]),
  Buffer.from([0xc0, 0x80]),
  Buffer.from([0xed, 0xa0, 0x80]),
  Buffer.from([0xf5, 0x80, 0x80, 0x80]),
  Buffer.from([0xe2, 0x82]),
];

export const CONTENT_TYPES = [
  'application/json; charset=utf-8',
  'application/json;charset=utf-16',
  'application/json; charset="x',
  'APPLICATION/JSON',
  'application/vnd.api+json',
  'application/ld+json',
  'application/json, text/plain',
  'application/jsonp',
  'text/json',
  'text/plain',
  'text/plain; charset=iso-8859-1',
  'text/html',
  'application/xml',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'multipart/form-data',
  'application/octet-stream',
  'application/x-ndjson',
  'application/cbor',
  'json',
  '/',
  ';',
  '',
];
