import { describe, expect, test } from 'vitest';
import { type ExpressionKind, presentWhen, readWhen } from '../../../core/schedules/expression.ts';

describe('an expression', () => {
  test.each<[ExpressionKind, string, string, string, string?]>([
    ['rate', '5 minutes', 'UTC', 'rate(5 minutes)'],
    ['rate', 'rate(1 hour)', 'Europe/Madrid', 'rate(1 hour)', 'Europe/Madrid'],
    ['cron', '0  9 ? * mon-fri *', 'Europe/Madrid', 'cron(0 9 ? * MON-FRI *)', 'Europe/Madrid'],
    ['cron', 'cron(0/15 * * * ? *)', 'UTC', 'cron(0/15 * * * ? *)'],
    ['at', '2026-12-24T18:00:00', 'Europe/Madrid', 'at(2026-12-24T18:00:00)', 'Europe/Madrid'],
    ['at', 'at(2026-12-24T18:00:05)', 'UTC', 'at(2026-12-24T18:00:05)'],
    ['at', '2026-12-24T18:00', 'UTC', 'at(2026-12-24T18:00:00)'],
    // With an offset it is that moment, whatever the zone.
    ['at', '2026-12-24T18:00:00.000Z', 'Europe/Madrid', 'at(2026-12-24T18:00:00)'],
    ['at', '2026-12-24T18:00:00-05:00', 'UTC', 'at(2026-12-24T23:00:00)'],
  ])('%s of %j in %s is %s', (kind, text, zone, expression, timezone = 'UTC') => {
    expect(readWhen(kind, text, zone)).toEqual({ expression, timezone });
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
