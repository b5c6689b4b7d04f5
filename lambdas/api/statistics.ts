import * as z from 'zod/mini';
import { userLocator } from '../../core/access/tokens.ts';
import { signalFilters } from '../../core/alerts/signal-filters.ts';
import { GROUPINGS } from '../../core/alerts/statistics/analytics.ts';
import { readAnalytics, readStatistics } from '../../core/alerts/statistics/reports.ts';
import { timesInOrder } from '../../core/http/time-range.ts';
import { type Route, route } from './route.ts';
import { existingUser } from './users.ts';

const count = z.int().check(z.minimum(0));
/** An exact decimal. */
const money = z.string();
const percent = z.nullable(z.number());

const statisticsShape = z.strictObject({
  total_signals: count,
  /** Created in this month of UTC. */
  this_month: count,
  screenshots_pending: count,
  /** wins / (wins + losses), in percent with one decimal. */
  win_rate: percent,
  wins: count,
  losses: count,
  breakevens: count,
  skips: count,
  pending: count,
  profit_loss: money,
  profit_factor: z.nullable(z.number()),
  average_win: z.nullable(money),
  average_loss: z.nullable(money),
  largest_win: z.nullable(money),
  largest_loss: z.nullable(money),
  current_streak: z.nullable(z.strictObject({ kind: z.enum(['win', 'loss']), length: count })),
  longest_win_streak: count,
  longest_loss_streak: count,
  max_drawdown: money,
});

statisticsShape.register(z.globalRegistry, { id: 'Statistics' });

const groupShape = z.strictObject({
  key: z.nullable(z.string()).check(z.describe('What its signals share; null for those of which it is not known.')),
  label: z.optional(z.nullable(z.string())),
  count,
  wins: count,
  losses: count,
  breakevens: count,
  win_rate: percent,
  profit_loss: money,
  equity: z.optional(money),
  drawdown: z.optional(money),
});

groupShape.register(z.globalRegistry, { id: 'AnalyticsGroup' });

const analyticsShape = z.strictObject({ group_by: z.enum(GROUPINGS), groups: z.array(groupShape) });
analyticsShape.register(z.globalRegistry, { id: 'Analytics' });

export const statisticsRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/api/users/{id}/stats',
    summary: "A user's figures over all signals; every profit_loss that is set counts as money, whatever the result",
    needs: 'read',
    endUsers: true,
    success: { status: 200, body: statisticsShape },
    errors: ['user_not_found', 'analysis_too_large'],
    handle: async ({ path }) => {
      const { user_id } = await existingUser(path.id);
      return readStatistics(userLocator(user_id), Date.now());
    },
  }),
  route({
    method: 'GET',
    path: '/api/users/{id}/analytics',
    summary: "A user's signals counted by group, under the filters of the list; days, hours and weekdays are UTC's",
    needs: 'read',
    endUsers: true,
    query: z.strictObject({ ...signalFilters, group_by: z.enum(GROUPINGS) }).check(timesInOrder),
    success: { status: 200, body: analyticsShape },
    errors: ['user_not_found', 'analysis_too_large'],
    handle: async ({ path, query: { group_by, ...filters } }) => {
      const { user_id } = await existingUser(path.id);
      return { group_by, groups: await readAnalytics(userLocator(user_id), group_by, filters, Date.now()) };
    },
  }),
];
