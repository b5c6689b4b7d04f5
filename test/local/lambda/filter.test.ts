import { describe, expect, it } from 'vitest';
import { filterCriteria } from '../../../local/lambda/event-sources/filter.ts';

function matches(pattern: object, ...more: object[]) {
  return filterCriteria.parse({ Filters: [pattern, ...more].map((it) => ({ Pattern: JSON.stringify(it) })) });
}

const record = {
  eventName: 'MODIFY',
  dynamodb: {
    Keys: { id: { S: 'signal#1' } },
    NewImage: { status: { S: 'pending' }, tries: { N: '3' }, tags: { SS: ['a', 'b'] }, gone: { NULL: true } },
    SizeBytes: 120,
  },
};
const image = (it: object) => ({ dynamodb: { NewImage: it } });

describe('a filter pattern', () => {
  it.each([
    ['exact values', { eventName: ['INSERT', 'MODIFY'] }, true],
    ['another value', { eventName: ['REMOVE'] }, false],
    ['nested fields, all of them', { eventName: ['MODIFY'], ...image({ status: { S: ['pending'] } }) }, true],
    ['one field of two', { eventName: ['INSERT'], ...image({ status: { S: ['pending'] } }) }, false],
    ['a missing field', image({ other: { S: ['x'] } }), false],
    ['true', image({ gone: { NULL: [true] } }), true],
    ['null is not absence', image({ other: [null] }), false],
    ['one of an array', image({ tags: { SS: ['b'] } }), true],
    ['none of an array', image({ tags: { SS: ['c'] } }), false],
    ['prefix', { dynamodb: { Keys: { id: { S: [{ prefix: 'signal#' }] } } } }, true],
    ['another prefix', { dynamodb: { Keys: { id: { S: [{ prefix: 'user#' }] } } } }, false],
    ['suffix', { dynamodb: { Keys: { id: { S: [{ suffix: '#1' }] } } } }, true],
    ['ignoring case', { eventName: [{ 'equals-ignore-case': 'modify' }] }, true],
    ['anything but one', { eventName: [{ 'anything-but': 'REMOVE' }] }, true],
    ['anything but some', { eventName: [{ 'anything-but': ['REMOVE', 'MODIFY'] }] }, false],
    ['anything but, of a missing field', image({ other: { S: [{ 'anything-but': 'x' }] } }), false],
    ['anything but a prefix', { eventName: [{ 'anything-but': { prefix: 'MOD' } }] }, false],
    ['anything but suffixes', { eventName: [{ 'anything-but': { suffix: ['x', 'y'] } }] }, true],
    ['exists', image({ status: { S: [{ exists: true }] } }), true],
    ['exists, but is no leaf', image({ status: [{ exists: true }] }), false],
    ['does not exist', image({ other: { S: [{ exists: false }] } }), true],
    ['does not exist, but does', image({ status: { S: [{ exists: false }] } }), false],
    ['numbers', { dynamodb: { SizeBytes: [{ numeric: ['>', 100, '<=', 120] }] } }, true],
    ['numbers outside', { dynamodb: { SizeBytes: [{ numeric: ['=', 121] }] } }, false],
    ['numbers of DynamoDB are strings', image({ tries: { N: [{ numeric: ['=', 3] }] } }), false],
    ['numbers of DynamoDB as strings', image({ tries: { N: ['3'] } }), true],
    ['one of several rules', { eventName: ['REMOVE', { prefix: 'MOD' }] }, true],
    ['$or', { $or: [{ eventName: ['REMOVE'] }, image({ status: { S: ['pending'] } })] }, true],
    ['$or with neither', { $or: [{ eventName: ['REMOVE'] }, { eventName: ['INSERT'] }] }, false],
  ])('%s', (_, pattern, expected) => {
    expect(matches(pattern)(record)).toBe(expected);
  });

  it('one of several patterns is enough; none at all lets everything pass', () => {
    expect(matches({ eventName: ['REMOVE'] }, { eventName: ['MODIFY'] })(record)).toBe(true);
    expect(filterCriteria.parse({ Filters: [] })(record)).toBe(true);
  });

  it.each([
    ['not JSON', '{'],
    ['an unknown rule', '{"a":[{"wildcard":"x*"}]}'],
    ['a bare value', '{"a":"x"}'],
    ['an empty list', '{"a":[]}'],
    ['a comparison the wrong way round', '{"a":[{"numeric":["<",1,">",2]}]}'],
  ])('%s is refused', (_, Pattern) => {
    const { error } = filterCriteria.safeParse({ Filters: [{ Pattern }] });
    expect(error?.issues[0]?.message).toContain(`pattern ${Pattern}`);
  });
});
