import * as z from 'zod/mini';
import { monthEnd, signalsUsed } from '../../core/alerts/admission.ts';
import { type PlanLimits, readPlanLimits } from '../../core/alerts/plan-limits.ts';
import { PLANS, type User } from '../../core/alerts/user.ts';
import { environment } from '../../core/aws/environment.ts';
import { isoTime } from './shapes.ts';

/** A user as the API shows it. */

const limit = z.nullable(z.int());

export const userShape = z.strictObject({
  id: z.string(),
  plan: z.enum(PLANS),
  signals_quota: limit,
  signals_used: z.int(),
  quota_reset_at: isoTime,
  rate_per_minute: limit,
  rate_per_hour: limit,
  webhook_enabled: z.boolean(),
  webhook_last_used: z.nullable(isoTime),
  created_at: isoTime,
});

userShape.register(z.globalRegistry, { id: 'User' });

export function presentUser(user: User, now: number): z.input<typeof userShape> {
  const plan = planLimits()[user.plan];
  return {
    id: user.user_id,
    plan: user.plan,
    signals_quota: user.signals_quota === undefined ? plan.signalsQuota : user.signals_quota,
    signals_used: signalsUsed(user, now),
    quota_reset_at: new Date(monthEnd(now)).toISOString(),
    rate_per_minute: user.rate_per_minute === undefined ? plan.ratePerMinute : user.rate_per_minute,
    rate_per_hour: user.rate_per_hour === undefined ? plan.ratePerHour : user.rate_per_hour,
    webhook_enabled: user.webhook_enabled,
    webhook_last_used: user.last_used === undefined ? null : new Date(user.last_used).toISOString(),
    created_at: user.created_at,
  };
}

const planLimits = (): PlanLimits => readPlanLimits(environment('PLAN_LIMITS'));
