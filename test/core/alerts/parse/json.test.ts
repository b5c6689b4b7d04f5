import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type JsonNode, readJson } from '../../../../core/alerts/parse/json.ts';

/** A node as the value that it stands for, numbers and words as text. */
function plain(node: JsonNode): unknown {
  if ('text' in node) return node.text;
  const values = node.entries.map(({ key, value }): [string, unknown] => [key, plain(value)]);
  return node.list ? values.map(([, value]) => value) : Object.fromEntries(values);
}

const read = (source: string) => {
  const { node } = readJson(source, 0);
  return node && plain(node);
};

/** A JSON value with numbers and words as the text that JSON writes for them. */
function asText(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asText);
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, asText(item)]));
  }
  return typeof value === 'string' ? value : JSON.stringify(value);
}

const NAME = fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9_ ]{0,11}$/);
const TEXT = fc.string({
  unit: fc.constantFrom('a', 'é', '🐸', ' ', ',', ':', '{', '"', '\\', "'", '/'),
  maxLength: 12,
});
const { value: JSON_VALUE } = fc.letrec((tie) => ({
  value: fc.oneof({ maxDepth: 3 }, TEXT, fc.integer(), fc.boolean(), fc.constant(null), tie('object'), tie('list')),
  object: fc.dictionary(NAME, tie('value'), { minKeys: 1, maxKeys: 4, noNullPrototype: true }),
  list: fc.array(tie('value'), { minLength: 1, maxLength: 4 }),
}));

describe('reading JSON', () => {
  it('reads valid objects as JSON.parse does', () => {
    fc.assert(
      fc.property(
        fc.dictionary(NAME, JSON_VALUE, { minKeys: 1, maxKeys: 4, noNullPrototype: true }),
        fc.integer({ min: 0, max: 2 }),
        (value, indent) => {
          expect(read(JSON.stringify(value, null, indent))).toEqual(asText(value));
        },
      ),
    );
  });

  it.each([
    ['{"a": 1, "b": 2,}', { a: '1', b: '2' }],
    ["{'a': 'x', 'b': True}", { a: 'x', b: 'True' }],
    ['{a: x, b: "y"}', { a: 'x', b: 'y' }],
    ['{"a": 1 // one\n, "b": 2 /* two */}', { a: '1', b: '2' }],
    ['{\n"a": 1\n"b": 2\n}', { a: '1', b: '2' }],
    ['{"a": "he said "go" now", "b": 2}', { a: 'he said "go" now', b: '2' }],
    ['{"a": "x", "b": 2', { a: 'x', b: '2' }],
    ['{"a": NaN, "b": 1D}', { a: 'NaN', b: '1D' }],
    ['{"a": "line\nend"}', { a: 'line\nend' }],
    ['{"a": "I\'m"}', { a: "I'm" }],
    ['{"a" = 1; "b" => 2}', { a: '1', b: '2' }],
    ['{"a": 12345678901234567890.123456789}', { a: '12345678901234567890.123456789' }],
  ])('forgives %s', (source, value) => {
    expect(read(source)).toEqual(value);
  });

  it.each(['{}', '[]'])('reads an empty %s', (source) => {
    expect(read(source)).toEqual(JSON.parse(source));
  });

  it.each(['{', '{{{{', '{ market(side=buy) }', '{"a"', '{1,2}'])('finds no object in %s', (source) => {
    expect(read(source)).toBeNull();
  });

  it('goes no deeper than it must', () => {
    expect(() => readJson('{"a":'.repeat(50_000), 0)).not.toThrow();
  });
});
