import * as z from 'zod/mini';
import type { PlanName } from './user.ts';

const limit = z.nullable(z.number());
const limits = z.object({ signalsQuota: limit, ratePerMinute: limit, ratePerHour: limit });
const schema = z.object({ premium: limits, pro: limits, basic: limits, free: limits });

/** What a plan allows; null is no limit. */
export type Limits = z.output<typeof limits>;
export type PlanLimits = Record<PlanName, Limits>;

/** The plans' limits as the construct passes them on from the configuration. */
export function readPlanLimits(json: string): PlanLimits {
  return schema.parse(JSON.parse(json));
}
