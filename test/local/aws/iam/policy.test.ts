import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arnMatches, matches } from '../../../../local/aws/iam/conditions.ts';
import { evaluate } from '../../../../local/aws/iam/evaluate.ts';
import { parsePolicy, type Request } from '../../../../local/aws/iam/policy.ts';

const TABLE = 'arn:aws:dynamodb:eu-west-1:000000000000:table/alerts';
const ROLE = 'arn:aws:iam::000000000000:role/webhook';

const policy = (statement: object, kind: 'identity' | 'resource' = 'identity') =>
  parsePolicy('test', kind, { Version: '2012-10-17', Statement: [statement] });

const request = (action: string, resource: string, context: Record<string, string | string[]> = {}): Request => ({
  action,
  resource,
  principal: { type: 'AWS', id: ROLE },
  context: new Map(Object.entries(context).map(([key, value]) => [key.toLowerCase(), [value].flat()])),
});

const allows = (statement: object, it: Request) =>
  evaluate(it, policy({ Effect: 'Allow', Resource: '*', ...statement }), []).allowed;

const holds = (condition: object, context: Record<string, string | string[]>) =>
  allows({ Action: '*', Condition: condition }, request('s3:GetObject', 'arn:aws:s3:::b/k', context));

describe('patterns', () => {
  it('take * for any run of characters, ? for one, and everything else as it is', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 1, maxLength: 4 }), fc.string(), (parts, between) => {
        const literal = parts.map((part) => part.replaceAll('*', '').replaceAll('?', ''));
        expect(matches(literal.join(between), literal.join('*'))).toBe(true);
        expect(matches(literal.join('x'), literal.join('?'))).toBe(true);
        expect(matches(`${literal.join('')}x`, literal.join(''))).toBe(false);
      }),
    );
    expect(matches('a.b', 'a?b')).toBe(true);
    expect(matches('axb', 'a.b')).toBe(false);
    expect(matches('a\nb', 'a*')).toBe(true);
  });

  it('of ARNs stay within their part, but for the last', () => {
    expect(arnMatches(TABLE, 'arn:aws:dynamodb:*:*:table/*')).toBe(true);
    expect(arnMatches(TABLE, 'arn:aws:dynamodb:*:table/alerts')).toBe(false);
    expect(arnMatches(`${TABLE}/index/pending`, TABLE)).toBe(false);
    expect(arnMatches(`${TABLE}/index/pending`, `${TABLE}/index/*`)).toBe(true);
    expect(
      arnMatches('arn:aws:logs:eu-west-1:0:log-group:a:log-stream:b', 'arn:aws:logs:eu-west-1:0:log-group:a:*'),
    ).toBe(true);
    expect(arnMatches('arn:aws:sqs:eu-west-1:0:a', 'arn:aws:sqs:eu-west-1:0')).toBe(false);
  });
});

describe('a statement', () => {
  it('covers the actions and resources that it names', () => {
    const put = request('dynamodb:PutItem', TABLE);
    expect(allows({ Action: 'dynamodb:PutItem', Resource: TABLE }, put)).toBe(true);
    expect(allows({ Action: ['dynamodb:Get*', 'DYNAMODB:put*'], Resource: [`${TABLE}x`, TABLE] }, put)).toBe(true);
    expect(allows({ Action: 'dynamodb:Put', Resource: TABLE }, put)).toBe(false);
    expect(allows({ Action: 'dynamodb:PutItem', Resource: TABLE.toUpperCase() }, put)).toBe(false);
    expect(allows({ Action: 'dynamodb:PutItem', Resource: `${TABLE}/*` }, put)).toBe(false);
  });

  it('covers all but what it names with NotAction and NotResource', () => {
    const put = request('dynamodb:PutItem', TABLE);
    expect(allows({ NotAction: 'dynamodb:DeleteItem' }, put)).toBe(true);
    expect(allows({ NotAction: 'dynamodb:P*' }, put)).toBe(false);
    expect(allows({ Action: '*', Resource: undefined, NotResource: `${TABLE}2` }, put)).toBe(true);
    expect(allows({ Action: '*', Resource: undefined, NotResource: TABLE }, put)).toBe(false);
  });

  it('holds under its conditions', () => {
    const key = { 'aws:SourceArn': 'arn:aws:sqs:eu-west-1:0:jobs' };
    expect(holds({ StringEquals: { 'AWS:sourcearn': key['aws:SourceArn'] } }, key)).toBe(true);
    expect(holds({ StringEquals: { 'aws:SourceArn': ['a', key['aws:SourceArn']] } }, key)).toBe(true);
    expect(holds({ StringEquals: { 'aws:SourceArn': 'a' } }, key)).toBe(false);
    expect(holds({ StringEquals: { 'aws:SourceArn': 'a' } }, {})).toBe(false);
    expect(holds({ StringEqualsIfExists: { 'aws:SourceArn': 'a' } }, {})).toBe(true);
    expect(holds({ StringEqualsIfExists: { 'aws:SourceArn': 'a' } }, key)).toBe(false);
    expect(holds({ StringNotEquals: { 'aws:SourceArn': ['a', 'b'] } }, key)).toBe(true);
    expect(holds({ StringNotEquals: { 'aws:SourceArn': ['a', key['aws:SourceArn']] } }, key)).toBe(false);
    expect(holds({ StringNotEquals: { 'aws:SourceArn': 'a' } }, {})).toBe(true);
    expect(holds({ StringLike: { 'aws:SourceArn': 'arn:*:jobs' } }, key)).toBe(true);
    expect(holds({ ArnLike: { 'aws:SourceArn': 'arn:*:jobs' } }, key)).toBe(false);
    expect(holds({ ArnLike: { 'aws:SourceArn': 'arn:aws:sqs:*:*:jobs' } }, key)).toBe(true);
    expect(holds({ Bool: { 'aws:SecureTransport': false } }, { 'aws:SecureTransport': 'true' })).toBe(false);
    expect(holds({ Bool: { 'aws:SecureTransport': 'True' } }, { 'aws:SecureTransport': 'true' })).toBe(true);
    expect(holds({ NumericLessThan: { 's3:TlsVersion': 1.2 } }, { 's3:TlsVersion': '1.1' })).toBe(true);
    expect(holds({ NumericLessThanEquals: { 's3:TlsVersion': 1.1 } }, { 's3:TlsVersion': '1.2' })).toBe(false);
    expect(holds({ Null: { 'aws:SourceArn': true } }, {})).toBe(true);
    expect(holds({ Null: { 'aws:SourceArn': true } }, key)).toBe(false);
  });

  it('needs every operator and key', () => {
    const context = { a: '1', b: '2' };
    expect(holds({ StringEquals: { a: '1', b: '2' } }, context)).toBe(true);
    expect(holds({ StringEquals: { a: '1', b: '3' } }, context)).toBe(false);
    expect(holds({ StringEquals: { a: '1' }, StringLike: { b: '3*' } }, context)).toBe(false);
  });

  it('compares all or any of several values', () => {
    const leading = 'dynamodb:LeadingKeys';
    const all = { 'ForAllValues:StringEquals': { [leading]: ['a', 'b'] } };
    expect(holds(all, { [leading]: ['a', 'b', 'a'] })).toBe(true);
    expect(holds(all, { [leading]: ['a', 'c'] })).toBe(false);
    expect(holds(all, {})).toBe(true);
    const any = { 'ForAnyValue:StringLike': { [leading]: 'a*' } };
    expect(holds(any, { [leading]: ['b', 'ab'] })).toBe(true);
    expect(holds(any, { [leading]: ['b', 'c'] })).toBe(false);
    expect(holds(any, {})).toBe(false);
  });
});

describe('a decision', () => {
  const put = request('dynamodb:PutItem', TABLE);
  const allow = policy({ Effect: 'Allow', Action: 'dynamodb:*', Resource: '*' });
  const deny = { Effect: 'Deny', Action: 'dynamodb:PutItem', Resource: TABLE };

  it('is no without a statement', () => {
    expect(evaluate(put, [], [])).toEqual({
      allowed: false,
      because: 'because no identity-based policy allows the dynamodb:PutItem action',
    });
  });

  it('is no for a Deny that applies, on either side, whatever allows it', () => {
    const denied = (because: string) => ({ allowed: false, because });
    expect(evaluate(put, [...allow, ...policy(deny)], [])).toEqual(
      denied('with an explicit deny in an identity-based policy'),
    );
    for (const Principal of ['*', { AWS: '*' }, { AWS: ROLE }, { AWS: 'arn:aws:iam::000000000000:root' }])
      expect(evaluate(put, allow, policy({ ...deny, Principal }, 'resource'))).toEqual(
        denied('with an explicit deny in a resource-based policy'),
      );
    for (const Principal of [{ AWS: `${ROLE}2` }, { Service: 'lambda.amazonaws.com' }])
      expect(evaluate(put, allow, policy({ ...deny, Principal }, 'resource')).allowed).toBe(true);
  });

  it("is yes by the resource's policy alone, but not by trust in the account", () => {
    const by = (Principal: unknown) => evaluate(put, [], policy({ ...deny, Effect: 'Allow', Principal }, 'resource'));
    expect(by({ AWS: ROLE })).toEqual({ allowed: true, statement: undefined });
    expect(by({ AWS: 'arn:aws:iam::000000000000:root' }).allowed).toBe(false);
  });
});

describe('a policy that could not be evaluated as AWS does', () => {
  const statement = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' };

  it.each([
    ['an operator', { ...statement, Condition: { DateLessThan: { a: 'b' } } }, 'condition operator DateLessThan'],
    ['a mistyped operator', { ...statement, Condition: { StringEqual: { a: 'b' } } }, 'condition operator StringEqual'],
    ['a policy variable', { ...statement, Resource: `arn:aws:s3:::b/$\{aws:username}` }, 'policy variables'],
    ['no action', { Effect: 'Allow', Resource: '*' }, 'either Action or NotAction'],
    ['no resource', { Effect: 'Allow', Action: '*' }, 'without Resource'],
    ['a principal', { ...statement, Principal: '*' }, 'with Principal'],
    ['NotPrincipal', { ...statement, NotPrincipal: '*' }, 'NotPrincipal'],
    ['a mistyped effect', { ...statement, Effect: 'allow' }, 'Effect'],
  ])('is refused: %s', (_, wrong, message) => {
    expect(() => policy(wrong)).toThrow('policy test: ');
    expect(() => policy(wrong)).toThrow(message);
  });
});
