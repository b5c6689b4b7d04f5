import { describe, expect, test } from 'vitest';
import { type ExpressionKind, presentWhen, readWhen, timerWhen } from '../../../core/schedules/expression.ts';

describe('an expression', () => {
  const MADRID = 'Europe/Madrid';

  /** As it is kept, and what a timer is told where that is something else. */
  test.each<[ExpressionKind, string, string, string, string?, string?]>([
    ['rate', '5 minutes', 'UTC', 'rate(5 minutes)'],
    ['rate', 'rate(1 hour)', MADRID, 'rate(1 hour)', 'rate(1 hour)', 'UTC'],
    ['cron', '0  9 ? * mon-fri *', MADRID, 'cron(0 9 ? * MON-FRI *)'],
    ['cron', 'cron(0/15 * * * ? *)', 'UTC', 'cron(0/15 * * * ? *)'],
    ['at', '2026-12-24T18:00:00', MADRID, 'at(2026-12-24T18:00:00)'],
    ['at', 'at(2026-12-24T18:00:05)', 'UTC', 'at(2026-12-24T18:00:05)'],
    ['at', '2026-12-24T18:00', 'UTC', 'at(2026-12-24T18:00:00)'],
    // With an offset it is that moment, whatever the zone.
    ['at', '2026-12-24T18:00:00.000Z', MADRID, 'at(2026-12-24T18:00:00Z)', 'at(2026-12-24T18:00:00)', 'UTC'],
    ['at', '2026-12-24T18:00:00-05:00', MADRID, 'at(2026-12-24T23:00:00Z)', 'at(2026-12-24T23:00:00)', 'UTC'],
    // Also one that the zone's clock shows twice.
    ['at', '2026-10-25T02:30:00+01:00', MADRID, 'at(2026-10-25T01:30:00Z)', 'at(2026-10-25T01:30:00)', 'UTC'],
  ])('%s of %j in %s is %s', (kind, text, timezone, expression, told = expression, zone = timezone) => {
    const when = { expression, timezone };
    expect(readWhen(kind, text, timezone)).toEqual(when);
    expect(readWhen(kind, expression, timezone)).toEqual(when);
    expect(timerWhen(when)).toEqual({ expression: told, timezone: zone });
    const content = expression.slice(kind.length + 1, -1);
    expect(presentWhen(expression)).toEqual({ rate: null, cron: null, at: null, [kind]: content });
  });

  test.each<[ExpressionKind, string, string?]>([
    ['rate', '5 seconds'],
    ['rate', 'cron(0 9 * * ? *)'],
    ['cron', '0 9 * * *'],
    ['cron', 'rate(5 minutes)'],
    ['at', 'tomorrow'],
    ['at', '2026-02-30T10:00:00'],
    ['at', '2026-02-30T10:00:00Z'],
    ['at', '2026-13-01T10:00:00+01:00'],
    // The clocks go from 2 to 3 that night.
    ['at', '2026-03-29T02:30:00', 'Europe/Madrid'],
    ['rate', '5 minutes', 'Europe/Nowhere'],
  ])('%s of %j is none', (kind, text, zone = 'UTC') => {
    expect(readWhen(kind, text, zone)).toBeUndefined();
  });
});
