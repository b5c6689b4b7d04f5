import { z } from 'zod';

/** A test of one field; `undefined` stands for a field that is not there. */
type Rule = (value: unknown) => boolean;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** An array in an event matches where one of its items does. */
const items = (value: unknown): unknown[] => (Array.isArray(value) && value.length > 0 ? value : [value]);

const aText =
  (test: (value: string) => boolean): Rule =>
  (value) =>
    typeof value === 'string' && test(value);

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const texts = z.union([z.string().transform((text) => [text]), z.array(z.string()).min(1)]);

const COMPARISONS = {
  '=': (value: number, limit: number) => value === limit,
  '>': (value: number, limit: number) => value > limit,
  '>=': (value: number, limit: number) => value >= limit,
  '<': (value: number, limit: number) => value < limit,
  '<=': (value: number, limit: number) => value <= limit,
};
const comparison = z.enum(['=', '>', '>=', '<', '<=']);
const numeric = z.union([
  z.tuple([comparison, z.number()]).transform(
    ([sign, limit]): Rule =>
      (value) =>
        typeof value === 'number' && COMPARISONS[sign](value, limit),
  ),
  z.tuple([z.enum(['>', '>=']), z.number(), z.enum(['<', '<=']), z.number()]).transform(
    ([above, least, below, most]): Rule =>
      (value) =>
        typeof value === 'number' && COMPARISONS[above](value, least) && COMPARISONS[below](value, most),
  ),
]);

const anythingBut = z.union([
  scalar.transform(
    (one): Rule =>
      (value) =>
        value !== one,
  ),
  z
    .array(scalar)
    .min(1)
    .transform(
      (many): Rule =>
        (value) =>
          !many.some((one) => one === value),
    ),
  z.strictObject({ prefix: texts }).transform(
    ({ prefix }): Rule =>
      (value) =>
        !prefix.some((it) => aText((text) => text.startsWith(it))(value)),
  ),
  z.strictObject({ suffix: texts }).transform(
    ({ suffix }): Rule =>
      (value) =>
        !suffix.some((it) => aText((text) => text.endsWith(it))(value)),
  ),
]);

const rule = z.union([
  scalar.transform(
    (expected): Rule =>
      (value) =>
        value === expected,
  ),
  z.strictObject({ prefix: z.string() }).transform(({ prefix }) => aText((text) => text.startsWith(prefix))),
  z.strictObject({ suffix: z.string() }).transform(({ suffix }) => aText((text) => text.endsWith(suffix))),
  z
    .strictObject({ 'equals-ignore-case': z.string() })
    .transform((it) => aText((text) => text.toLowerCase() === it['equals-ignore-case'].toLowerCase())),
  // Only leaves exist: an object that is there does not count.
  z.strictObject({ exists: z.boolean() }).transform(
    ({ exists }): Rule =>
      (value) =>
        (value !== undefined && !isObject(value)) === exists,
  ),
  z.strictObject({ numeric }).transform((it) => it.numeric),
  z.strictObject({ 'anything-but': anythingBut }).transform(
    (it): Rule =>
      (value) =>
        value !== undefined && it['anything-but'](value),
  ),
]);

const leaf = z
  .array(rule)
  .min(1)
  .transform(
    (rules): Rule =>
      (value) =>
        items(value).some((item) => rules.some((test) => test(item))),
  );

const pattern: z.ZodType<Rule> = z.lazy(() =>
  z.record(z.string(), z.unknown()).transform((fields, context): Rule => {
    const rules = Object.entries(fields).map(([name, value]): Rule => {
      const { data, error } = name === '$or' ? alternatives.safeParse(value) : field.safeParse(value);
      if (data !== undefined) return name === '$or' ? data : (it) => data(isObject(it) ? it[name] : undefined);
      for (const issue of error.issues) {
        context.addIssue({ code: 'custom', message: issue.message, path: [name, ...issue.path] });
      }
      return () => false;
    });
    // A field that is not there may still hold `exists: false` below; one of another kind holds nothing.
    return (value) => items(value).some((it) => (it === undefined || isObject(it)) && rules.every((test) => test(it)));
  }),
);
const field = z.union([leaf, pattern]);

/** An event pattern of EventBridge, which the filters of event source mappings are too. */
export const eventPattern = pattern;

const alternatives = z
  .array(pattern)
  .min(2)
  .transform(
    (tests): Rule =>
      (value) =>
        tests.some((test) => test(value)),
  );

const patternText = z.string().transform((text, context) => {
  try {
    return pattern.parse(JSON.parse(text));
  } catch (error) {
    const detail = error instanceof z.ZodError ? z.prettifyError(error).replaceAll('\n', ' ') : 'not JSON';
    context.addIssue({ code: 'custom', message: `pattern ${text}: ${detail}` });
    return z.NEVER;
  }
});

/**
 * FilterCriteria of an event source mapping, read into a test of a record: one of the patterns matches, and without
 * patterns every record passes. All of Lambda's filter rules; a rule that Lambda does not know is an issue.
 * DynamoDB numbers are strings in a record (`{"N": "5"}`): `numeric` never matches them, on AWS either.
 * Source: Lambda guide, "Control which events Lambda sends to your function", filter rule syntax.
 */
export const filterCriteria = z
  .strictObject({ Filters: z.array(z.strictObject({ Pattern: patternText })).default([]) })
  .transform(
    ({ Filters }) =>
      (record: unknown) =>
        Filters.length === 0 || Filters.some((it) => it.Pattern(record)),
  );
