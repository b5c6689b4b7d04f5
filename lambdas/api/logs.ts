import * as z from 'zod/mini';
import { ApiError } from '../../core/http/errors.ts';
import { time } from '../../core/http/time-range.ts';
import {
  beginOfLog,
  type LogPage,
  lastLines,
  linesAfter,
  readPosition,
  writePosition,
} from '../../core/jobs/job-logs.ts';
import { jobRecords, type StoredJob } from '../../core/jobs/job-records.ts';
import { deleteLogs, deleteOldLogs, type LogLine } from '../../core/jobs/log-streams.ts';
import { shortId } from '../../core/samples/sample-records.ts';
import { listCursor } from './list-cursor.ts';
import { type Route, route } from './route.ts';
import { isoTime } from './shapes.ts';

/** What jobs print. */

const DAY_MS = 86_400_000;
/** What a run printed at last may take so long to CloudWatch, and then to us. */
const SETTLED_MS = 60_000;
const LINES = 100;

const lineShape = z.strictObject({
  timestamp: isoTime,
  message: z.string(),
  run: z.string().check(z.describe('The short id of the task that printed it: a job that is tried again has several.')),
});
lineShape.register(z.globalRegistry, { id: 'LogLine' });
const logShape = z.strictObject({
  logs: z.array(lineShape).check(z.describe('Oldest first.')),
  next_cursor: z
    .nullable(z.string())
    .check(z.describe('Goes on behind these lines, for a day; null once the job has ended and all of them were read.')),
  searched_from: z
    .nullable(isoTime)
    .check(
      z.describe('Where older lines were not looked through, the time of the oldest that was: 4 MB are, at once.'),
    ),
});
logShape.register(z.globalRegistry, { id: 'LogsPage' });

/** `since`: a time, or so many seconds ago. */
const since = z.union([
  time,
  z.pipe(
    z.string().check(z.regex(/^\d{1,9}$/)),
    z.transform((seconds) => Date.now() - Number(seconds) * 1000),
  ),
]);

const query = z.strictObject({
  tail: z
    .optional(z.coerce.number().check(z.int(), z.minimum(1), z.maximum(1000)))
    .check(
      z.describe(
        `The last so many lines; \`limit\`, or ${LINES}, where neither this nor \`since\` nor a cursor is given.`,
      ),
    ),
  since: z
    .optional(since)
    .check(z.describe('From this time on, oldest first: ISO 8601, or seconds ago. With `tail`, the last of those.')),
  q: z.optional(z.string().check(z.minLength(1), z.maxLength(200))).check(z.describe('Only lines with this text.')),
  limit: z
    .optional(z.coerce.number().check(z.int(), z.minimum(1), z.maximum(200)))
    .check(z.describe(`Lines a page: ${LINES} where nothing is said.`)),
  cursor: z.optional(z.string()).check(z.describe('Goes on where a page ended; `tail` and `since` say nothing then.')),
});

const cleanupBody = z.strictObject({
  older_than_days: z.int().check(z.minimum(1), z.maximum(3650), z.describe('Their last line, in days.')),
});
cleanupBody.register(z.globalRegistry, { id: 'CleanupLogs' });
const cleanedShape = z.strictObject({
  deleted: z.int().check(z.describe('Runs whose output was deleted.')),
  more: z.boolean().check(z.describe('There may be others: ask again.')),
});
cleanedShape.register(z.globalRegistry, { id: 'CleanedLogs' });

export const logRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/logs/{job_id}',
    summary: 'What a job has printed, in all of its runs',
    description:
      'Without a cursor the last lines; with `since` and no `tail` those from then on; unlike other lists, oldest first. ' +
      'Whoever asks again with `next_cursor` follows the job.',
    needs: 'read',
    query,
    success: { status: 200, body: logShape },
    errors: ['job_not_found', 'invalid_cursor'],
    handle: async ({ path, query }) => linesOf(await jobOf(path.job_id), query),
  }),
  route({
    method: 'DELETE',
    path: '/logs/{job_id}',
    summary: 'Deletes what a job has printed; one that runs keeps it',
    needs: 'admin',
    success: { status: 204 },
    errors: ['job_not_found', 'job_active'],
    handle: async ({ path }) => {
      const job = await jobOf(path.job_id);
      if (job.task.ended_at === null) throw new ApiError('job_active', { id: job.name });
      await deleteLogs(runsOf(job));
      return { statusCode: 204 };
    },
  }),
  route({
    method: 'POST',
    path: '/logs/cleanup',
    summary: 'Deletes what jobs printed whose last line is older, at most a hundred runs at once',
    needs: 'admin',
    body: cleanupBody,
    success: { status: 200, body: cleanedShape },
    handle: async ({ body }) => {
      const running = (await jobRecords.active()).flatMap(runsOf);
      return deleteOldLogs(Date.now() - body.older_than_days * DAY_MS, new Set(running));
    },
  }),
];

async function jobOf(id: string): Promise<StoredJob> {
  const job = await jobRecords.get(id);
  if (!job) throw new ApiError('job_not_found', { id });
  return job;
}

/** The tasks that it has had, oldest first. */
function runsOf({ task: { past_pids, pid } }: StoredJob): string[] {
  return [...past_pids, ...(pid === null ? [] : [pid])].map(shortId);
}

async function linesOf(job: StoredJob, asked: z.output<typeof query>): Promise<z.output<typeof logShape>> {
  const { q } = asked;
  const { before, after } = await listCursor(['logs', job.name, q ?? null], asked.cursor);
  const page = await read(runsOf(job), asked, before);
  const endedAt = job.task.ended_at;
  const isOver = page.isEnd && endedAt !== null && Date.now() > endedAt + SETTLED_MS;
  return {
    logs: page.lines.map(({ timestamp, ...line }) => ({ timestamp: new Date(timestamp).toISOString(), ...line })),
    next_cursor: after(isOver ? undefined : writePosition(page.next)),
    searched_from: page.searchedFrom === undefined ? null : new Date(page.searchedFrom).toISOString(),
  };
}

function read(
  runs: string[],
  { tail, since, q, limit = LINES }: z.output<typeof query>,
  position: string | undefined,
): Promise<LogPage> {
  const wanted = q?.toLowerCase();
  const matches = wanted === undefined ? undefined : (line: LogLine) => line.message.toLowerCase().includes(wanted);
  if (position !== undefined) return linesAfter(runs, readPosition(position), limit, matches);
  if (since !== undefined && tail === undefined) return linesAfter(runs, beginOfLog(runs, since), limit, matches);
  return lastLines(runs, since ?? 0, tail ?? limit, matches);
}
