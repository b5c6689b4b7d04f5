import * as z from 'zod/mini';
import { ApiError } from '../../core/http/errors.ts';
import { time, timesInOrder } from '../../core/http/time-range.ts';
import { fleetIn } from '../../core/samples/fleet-records.ts';
import { EVER, KEPT_MS, RESOLUTIONS, type Resolution, type Stretch } from '../../core/samples/points.ts';
import { presentProcess, presentSystem, processShape } from '../../core/samples/process-shape.ts';
import { usageShape } from '../../core/samples/sample.ts';
import { lastSample, samplesIn, shortId, type TaskSample } from '../../core/samples/sample-records.ts';
import { samplesNow } from '../../core/samples/summing.ts';
import { fleetUsageSchema } from '../../core/samples/sums.ts';
import { listCursor } from './list-cursor.ts';
import { type Route, route } from './route.ts';
import { isoTime, page } from './shapes.ts';

/** What tasks use, collectors and jobs alike: all of them, or one. */

const systemShape = fleetUsageSchema;
systemShape.register(z.globalRegistry, { id: 'SystemUsage' });
const detailedShape = z.extend(systemShape, { processes: z.array(processShape) });
detailedShape.register(z.globalRegistry, { id: 'DetailedUsage' });

const resolution = z.enum(RESOLUTIONS).check(z.describe('Of one minute, or of one hour.'));
const systemHistoryShape = z.strictObject({
  resolution,
  points: z.array(systemShape).check(z.describe('Newest first.')),
  next_cursor: z.nullable(z.string()),
});
systemHistoryShape.register(z.globalRegistry, { id: 'SystemUsagePage' });

const processPointShape = z.strictObject({ at: isoTime, seconds: processShape.shape.seconds, ...usageShape });
const processHistoryShape = z.strictObject({
  pid: z.string(),
  resolution,
  points: z.array(processPointShape).check(z.describe('Newest first.')),
  next_cursor: z.nullable(z.string()),
});
processPointShape.register(z.globalRegistry, { id: 'ProcessUsagePoint' });
processHistoryShape.register(z.globalRegistry, { id: 'ProcessUsagePage' });

const historyParameters = {
  from: z.optional(time).check(z.describe('At this time or later: ISO 8601, in UTC where no offset is named.')),
  to: z.optional(time).check(z.describe('Before this time.')),
  resolution: z
    .optional(z.enum(RESOLUTIONS))
    .check(z.describe('`1m` goes back 24 hours, `1h` 30 days; where none is named, by `from`.')),
  ...page,
};
const history = z.strictObject(historyParameters).check(timesInOrder);
type History = z.output<typeof history>;

const pid = z.string().check(z.minLength(1), z.maxLength(2000), z.describe('The ARN of the task, or its short id.'));

const ABOUT = 'Collectors and jobs measure themselves each five seconds and tell of it each minute.';

export const metricRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/metrics/system',
    summary: 'What all running tasks together use',
    description: ABOUT,
    needs: 'read',
    success: { status: 200, body: systemShape },
    handle: async () => {
      const now = Date.now();
      return presentSystem(await samplesNow(now), now);
    },
  }),
  route({
    method: 'GET',
    path: '/metrics/system/detailed',
    summary: 'What all running tasks together use, and each of them',
    description: ABOUT,
    needs: 'read',
    success: { status: 200, body: detailedShape },
    handle: async () => {
      const now = Date.now();
      const samples = await samplesNow(now);
      return { ...presentSystem(samples, now), processes: samples.map(presentProcess) };
    },
  }),
  route({
    method: 'GET',
    path: '/metrics/system/history',
    summary: 'What all tasks together used, by minute or by hour',
    needs: 'read',
    query: history,
    success: { status: 200, body: systemHistoryShape },
    handle: async ({ query }) => {
      const now = Date.now();
      return pageOf(['system'], query, now, (of, stretch, limit) => fleetIn(of, stretch, limit, now));
    },
  }),
  route({
    method: 'GET',
    path: '/metrics/process/{pid}',
    summary: 'What one task uses, a collector or a job; after its end, what it used at last',
    description: ABOUT,
    needs: 'read',
    success: { status: 200, body: processShape },
    errors: ['metrics_not_found'],
    handle: async ({ path }) => processOf(path.pid),
  }),
  route({
    method: 'GET',
    path: '/metrics/process',
    summary: 'The same of the task that `pid` names',
    description: ABOUT,
    needs: 'read',
    query: z.strictObject({ pid }),
    success: { status: 200, body: processShape },
    errors: ['metrics_not_found'],
    handle: async ({ query }) => processOf(query.pid),
  }),
  route({
    method: 'GET',
    path: '/metrics/process/{pid}/history',
    summary: 'What one task used, by minute or by hour',
    needs: 'read',
    query: history,
    success: { status: 200, body: processHistoryShape },
    errors: ['metrics_not_found'],
    handle: async ({ path, query }) => processHistory(path.pid, query),
  }),
  route({
    method: 'GET',
    path: '/metrics/process/history',
    summary: 'The same of the task that `pid` names',
    needs: 'read',
    query: z.strictObject({ pid, ...historyParameters }).check(timesInOrder),
    success: { status: 200, body: processHistoryShape },
    errors: ['metrics_not_found'],
    handle: async ({ query: { pid, ...query } }) => processHistory(pid, query),
  }),
];

/** Of a task, as ECS makes them; what is longer fits into no key. */
const TASK_ID = /^[\w-]{1,64}$/;

async function last(pid: string, now: number): Promise<TaskSample> {
  const id = shortId(pid);
  const found = TASK_ID.test(id) ? await lastSample(id, now) : undefined;
  // An ARN names its account and cluster too.
  if (!found || ![found.task.pid, id].includes(pid)) throw new ApiError('metrics_not_found', { pid });
  return found;
}

async function processOf(pid: string): Promise<z.output<typeof processShape>> {
  return presentProcess(await last(pid, Date.now()));
}

async function processHistory(asked: string, query: History): Promise<z.output<typeof processHistoryShape>> {
  const now = Date.now();
  const { pid } = (await last(asked, now)).task;
  const points = await pageOf(['process', pid], query, now, async (of, stretch, limit) => {
    const found = await samplesIn(shortId(pid), of, stretch, limit, now);
    return found.map(({ sample: { at, seconds, cpu, memory, disk, network } }) => {
      return { at, seconds, cpu, memory, disk, network };
    });
  });
  return { pid, ...points };
}

/** By minute as long as minutes that old are kept. */
function resolutionFor(from: number | undefined, now: number): Resolution {
  return from !== undefined && from < now - KEPT_MS['1m'] ? '1h' : '1m';
}

/** Of the last point of a page. What was read by minute goes on so, however old its begin has become meanwhile. */
const positionSchema = z.tuple([z.enum(RESOLUTIONS), isoTime]);

/** A page of points, newest first, and the cursor of those before them. */
async function pageOf<Point extends { at: string }>(
  whose: readonly string[],
  query: History,
  now: number,
  read: (resolution: Resolution, stretch: Stretch, limit: number) => Promise<Point[]>,
) {
  const { from, to = EVER.to, limit } = query;
  const { before, after } = await listCursor(['metrics', whose, query.resolution, from, to], query.cursor);
  const [begun, at] = before === undefined ? [] : positionSchema.parse(before.split(' '));
  const resolution = begun ?? query.resolution ?? resolutionFor(from, now);
  const stretch = { from: from ?? EVER.from, to: at === undefined ? to : Date.parse(at) };
  const found = await read(resolution, stretch, limit + 1);
  const points = found.slice(0, limit);
  const last = found.length > limit ? points.at(-1) : undefined;
  return { resolution, points, next_cursor: after(last && `${resolution} ${last.at}`) };
}
