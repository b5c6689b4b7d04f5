import { isTimeZone } from './time-zone.ts';
import { readTiming, type Timing } from './timing.ts';

/** How a caller says when a schedule runs, and how EventBridge Scheduler is told. */

export const EXPRESSION_KINDS = ['rate', 'cron', 'at'] as const;
export type ExpressionKind = (typeof EXPRESSION_KINDS)[number];

export interface When {
  /** `rate(5 minutes)`, `cron(0 9 ? * MON-FRI *)`, `at(2026-12-24T18:00:00)`; with a `Z` it is that moment, whatever the zone. */
  expression: string;
  /** In which its clock times are, where it has some. */
  timezone: string;
}

/**
 * @param text what is between AWS's parentheses, or all of it; an `at` may also say its offset
 * @returns undefined where it is none, or names a time that the zone's clock never shows
 */
export function readWhen(kind: ExpressionKind, text: string, timezone: string): When | undefined {
  const [, inner = text] = new RegExp(`^${kind}\\((.*)\\)$`).exec(text) ?? [];
  const when = { expression: `${kind}(${READERS[kind](inner.trim())})`, timezone };
  return isTimeZone(timezone) && timingOf(when) ? when : undefined;
}

/** What a timer is told, as EventBridge Scheduler writes it; the zone is UTC wherever it means nothing. */
export function timerWhen({ expression, timezone }: When): When {
  const [, moment] = /^at\((.*)Z\)$/.exec(expression) ?? [];
  if (moment !== undefined) return { expression: `at(${moment})`, timezone: 'UTC' };
  return { expression, timezone: expression.startsWith('rate(') ? 'UTC' : timezone };
}

/** Undefined for what is no expression. */
export function timingOf(when: When): Timing | undefined {
  const { expression, timezone } = timerWhen(when);
  return readTiming(expression, timezone);
}

const READERS: Record<ExpressionKind, (content: string) => string> = {
  rate: (content) => content,
  cron: (content) => content.toUpperCase().replaceAll(/\s+/g, ' '),
  at(content) {
    const [, toMinute, second = ':00', offset] =
      /^(\d{4}-\d\d-\d\dT\d\d:\d\d)(:\d\d)?(?:\.\d+)?(Z|[+-]\d\d:\d\d)?$/.exec(content) ?? [];
    if (toMinute === undefined) return content;
    if (offset === undefined) return toMinute + second;
    const wall = Date.parse(`${toMinute}${second}Z`);
    const instant = Date.parse(toMinute + second + offset);
    // A day that there is not would be read as one of the next month.
    const isReal = !Number.isNaN(instant) && clock(wall) === toMinute + second;
    return isReal ? `${clock(instant)}Z` : content;
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
