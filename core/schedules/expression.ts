import { readTiming } from './timing.ts';

/** How a caller says when a schedule runs, and how EventBridge Scheduler is told. */

export const EXPRESSION_KINDS = ['rate', 'cron', 'at'] as const;
export type ExpressionKind = (typeof EXPRESSION_KINDS)[number];

export interface When {
  /** `rate(5 minutes)`, `cron(0 9 ? * MON-FRI *)`, `at(2026-12-24T18:00:00)`. */
  expression: string;
  /** In which its clock times are. */
  timezone: string;
}

/**
 * @param text what is between AWS's parentheses, or all of it; an `at` may also say its offset, and is in UTC then
 * @returns undefined where it is none, or names a time that the zone's clock never shows
 */
export function readWhen(kind: ExpressionKind, text: string, timezone: string): When | undefined {
  const [, inner = text] = new RegExp(`^${kind}\\((.*)\\)$`).exec(text) ?? [];
  const when = READERS[kind](inner.trim(), timezone);
  const expression = `${kind}(${when.content})`;
  return readTiming(expression, when.timezone) && { expression, timezone: when.timezone };
}

const READERS: Record<ExpressionKind, (content: string, timezone: string) => { content: string; timezone: string }> = {
  rate: (content, timezone) => ({ content, timezone }),
  cron: (content, timezone) => ({ content: content.toUpperCase().replaceAll(/\s+/g, ' '), timezone }),
  at(content, timezone) {
    const [, toMinute, second = ':00', offset] =
      /^(\d{4}-\d\d-\d\dT\d\d:\d\d)(:\d\d)?(?:\.\d+)?(Z|[+-]\d\d:\d\d)?$/.exec(content) ?? [];
    if (toMinute === undefined) return { content, timezone };
    if (offset === undefined) return { content: toMinute + second, timezone };
    const wall = Date.parse(`${toMinute}${second}Z`);
    const instant = Date.parse(toMinute + second + offset);
    // A day that there is not would be read as one of the next month.
    const isReal = !Number.isNaN(instant) && clock(wall) === toMinute + second;
    return { content: isReal ? clock(instant) : content, timezone: 'UTC' };
  },
};

/** `2026-12-24T18:00:00` */
function clock(instant: number): string {
  return new Date(instant).toISOString().slice(0, 19);
}

/** What it was asked as: one of the three has a value. */
export function presentWhen(expression: string): Record<ExpressionKind, string | null> {
  const [, kind, content = null] = /^(\w+)\((.*)\)$/.exec(expression) ?? [];
  const of = (it: ExpressionKind) => (it === kind ? content : null);
  return { rate: of('rate'), cron: of('cron'), at: of('at') };
}
