/**
 * The Condition element of IAM policies, with the operators that CDK emits.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */

/** Condition keys in lower case (they are not case-sensitive) and their values. */
export type Context = ReadonlyMap<string, readonly string[]>;

export type Condition = (context: Context) => boolean;

interface Operator {
  test: (actual: string, expected: string) => boolean;
  /** Holds where no expected value matches, and where the key is missing. */
  negated?: true;
}

const equal = (actual: string, expected: string) => actual === expected;
const numeric =
  (compare: (actual: number, expected: number) => boolean) =>
  (actual: string, expected: string): boolean =>
    compare(Number(actual), Number(expected));

const OPERATORS = new Map<string, Operator>([
  ['StringEquals', { test: equal }],
  ['StringNotEquals', { test: equal, negated: true }],
  ['StringLike', { test: matches }],
  ['StringNotLike', { test: matches, negated: true }],
  ['ArnEquals', { test: arnMatches }],
  ['ArnLike', { test: arnMatches }],
  ['ArnNotEquals', { test: arnMatches, negated: true }],
  ['ArnNotLike', { test: arnMatches, negated: true }],
  ['Bool', { test: (actual, expected) => actual.toLowerCase() === expected.toLowerCase() }],
  ['NumericEquals', { test: numeric((actual, expected) => actual === expected) }],
  ['NumericLessThan', { test: numeric((actual, expected) => actual < expected) }],
  ['NumericLessThanEquals', { test: numeric((actual, expected) => actual <= expected) }],
  ['NumericGreaterThan', { test: numeric((actual, expected) => actual > expected) }],
  ['NumericGreaterThanEquals', { test: numeric((actual, expected) => actual >= expected) }],
]);

/** Whether `text` fits a pattern where `*` is any run of characters and `?` any one. */
export function matches(text: string, pattern: string): boolean {
  return patternOf(pattern).test(text);
}

/** Compares ARNs part by part, so that a `*` does not reach over a colon; the last part is the resource as a whole. */
export function arnMatches(arn: string, pattern: string): boolean {
  const patternParts = parts(pattern, 6);
  const arnParts = parts(arn, patternParts.length);
  return (
    arnParts.length === patternParts.length && patternParts.every((part, index) => matches(arnParts[index] ?? '', part))
  );
}

/**
 * The test of one statement's Condition block: all operators and keys must hold, one value of each is enough.
 * Calls `problem` for every operator that is not known here.
 */
export function compileCondition(
  block: Record<string, Record<string, readonly string[]>>,
  problem: (text: string) => void,
): Condition {
  const conditions: Condition[] = [];
  for (const [operator, keys] of Object.entries(block)) {
    for (const [key, expected] of Object.entries(keys)) {
      const condition = compileOne(operator, key.toLowerCase(), expected);
      if (condition === undefined) problem(`unsupported condition operator ${operator}`);
      else conditions.push(condition);
    }
  }
  return (context) => conditions.every((condition) => condition(context));
}

function compileOne(written: string, key: string, expected: readonly string[]): Condition | undefined {
  const [, quantifier, name = '', ifExists] = /^(?:(ForAllValues|ForAnyValue):)?(.*?)(IfExists)?$/.exec(written) ?? [];
  if (name === 'Null') return (context) => expected.includes(String(!context.has(key)));
  const operator = OPERATORS.get(name);
  if (operator === undefined) return undefined;
  const fits = (actual: string) =>
    expected.some((value) => operator.test(actual, value)) !== (operator.negated ?? false);
  return (context) => {
    const actual = context.get(key);
    if (quantifier === 'ForAllValues') return (actual ?? []).every(fits);
    if (actual === undefined) return ifExists !== undefined || (quantifier === undefined && operator.negated === true);
    // A negated operator on several values holds only where none of them is expected.
    return operator.negated && quantifier === undefined ? actual.every(fits) : actual.some(fits);
  };
}

function parts(arn: string, count: number): string[] {
  const split = arn.split(':');
  return split.length <= count ? split : [...split.slice(0, count - 1), split.slice(count - 1).join(':')];
}

const patterns = new Map<string, RegExp>();

function patternOf(pattern: string): RegExp {
  const known = patterns.get(pattern);
  if (known !== undefined) return known;
  const source = pattern
    .replace(/[\\^$.|+()[\]{}]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  const expression = new RegExp(`^${source}$`, 's');
  patterns.set(pattern, expression);
  return expression;
}
