import * as z from 'zod/mini';
import { pointsIn, putPoint, type Resolution, type Stretch } from './points.ts';
import { type FleetUsage, fleetUsageSchema } from './sums.ts';

/**
 * What all tasks together used, in the operations table: pk `FLEET#1m` and `FLEET#1h`. There is a point of every minute and
 * hour, so that the newest of them tells how far the summing has come.
 */

const itemSchema = z.object({ sk: z.string(), usage: z.omit(fleetUsageSchema, { at: true }) });

const keyOf = (resolution: Resolution) => `FLEET#${resolution}`;

export async function storeFleet(resolution: Resolution, { at, ...usage }: FleetUsage): Promise<void> {
  await putPoint(keyOf(resolution), at, resolution, { usage });
}

/** At most `limit` points, newest first. */
export async function fleetIn(
  resolution: Resolution,
  stretch: Stretch,
  limit: number,
  now: number,
): Promise<FleetUsage[]> {
  const items = await pointsIn(keyOf(resolution), stretch, limit, now);
  return items.map((item) => itemSchema.parse(item)).map(({ sk, usage }) => ({ at: sk, ...usage }));
}
