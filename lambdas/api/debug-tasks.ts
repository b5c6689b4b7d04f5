import * as z from 'zod/mini';
import type { Collector, CollectorReport } from '../../core/collectors/collector.ts';
import { stalenessOf } from '../../core/collectors/collector-health.ts';
import { collectorRecords } from '../../core/collectors/collector-records.ts';
import { pidShape } from '../../core/collectors/collector-shape.ts';
import { COLLECTOR_PREFIX, collectors } from '../../core/collectors/collectors.ts';
import { JOB_STATUSES, jobStatus } from '../../core/jobs/job-policy.ts';
import { jobRecords, type StoredJob } from '../../core/jobs/job-records.ts';
import { JOB_PREFIX, jobs } from '../../core/jobs/jobs.ts';
import { startedBy } from '../../core/tasks/ecs.ts';
import { due, shownPid, statusOf } from '../../core/tasks/record.ts';
import type { StoredTask } from '../../core/tasks/task-records.ts';
import { type Route, route } from './route.ts';
import { isoTime, listShape } from './shapes.ts';

/** For an operator who asks why a task is not as it is wanted. */

const time = z.nullable(isoTime);

const taskShape = z.strictObject({
  kind: z.enum(['collector', 'job']),
  name: z.string().check(z.describe("A collector's name, a job's id.")),
  startedBy: z.string().check(z.describe('By this ECS knows the task of this life.')),
  wanted: z.enum(['running', 'stopped']),
  status: z.enum(['error', ...JOB_STATUSES]),
  due: z.nullable(z.enum(['launch', 'stop'])).check(z.describe('What is still to be done for it to be as wanted.')),
  stale: z.nullable(z.enum(['silent', 'no_connection', 'no_messages'])),
  generation: z.int().check(z.describe('Of the life that is, or that is to come.')),
  pid: z.nullable(pidShape),
  askedAt: isoTime,
  launchAt: isoTime.check(z.describe('From when on this life may be launched.')),
  attempted: z.boolean().check(z.describe('Whether ECS was asked for this life, or is just being asked.')),
  startedAt: time,
  stoppedAt: z.nullable(isoTime).check(z.describe('When its user stopped it.')),
  endedAt: time,
  heartbeatAt: z.nullable(isoTime).check(z.describe('Of this life.')),
  restarts: z.int(),
  recentEnds: z
    .array(z.strictObject({ at: isoTime.check(z.describe('When it ended.')), ran: z.nullable(z.number()) }))
    .check(z.describe('Those that count for giving it up; `ran` in seconds, null where it never did.')),
  lastEnd: z.nullable(z.string()),
  failure: z.nullable(z.string()).check(z.describe('Why it was given up.')),
  pastPids: z.array(pidShape).check(z.describe('The newest last.')),
});
taskShape.register(z.globalRegistry, { id: 'DebugTask' });

export const debugTaskRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/debug/tasks',
    summary: 'All that is known of collectors and of jobs that have a place, checked against ECS',
    needs: 'admin',
    success: { status: 200, body: listShape('tasks', taskShape) },
    handle: async () => {
      const now = Date.now();
      const [ofCollectors, ofJobs] = await Promise.all([
        collectors.checked(await collectorRecords.all(), now),
        jobs.checked(await jobRecords.active(), now),
      ]);
      const tasks = [...ofCollectors.map((stored) => presentCollector(stored, now)), ...ofJobs.map(presentJob)];
      return { tasks: tasks.sort((a, b) => b.askedAt.localeCompare(a.askedAt)), next_cursor: null };
    },
  }),
];

type Shown = z.output<typeof taskShape>;

function presentCollector(stored: StoredTask<Collector, CollectorReport>, now: number): Shown {
  const status = statusOf(stored.task, stored.heartbeat);
  return { kind: 'collector', status, stale: stalenessOf(stored, now) ?? null, ...present(COLLECTOR_PREFIX, stored) };
}

function presentJob(stored: StoredJob): Shown {
  const status = jobStatus(stored.task, stored.spec, stored.heartbeat);
  return { kind: 'job', status, stale: null, ...present(JOB_PREFIX, stored) };
}

function present(prefix: string, { name, task, heartbeat }: StoredTask<unknown, unknown>) {
  const { wanted, generation, restarts } = task;
  const iso = (at: number) => new Date(at).toISOString();
  const isoOrNull = (at: number | null | undefined) => (at == null ? null : iso(at));
  return {
    name,
    startedBy: startedBy(prefix, { name, generation }),
    wanted,
    due: due(task) ?? null,
    generation,
    pid: shownPid(task),
    askedAt: iso(task.asked_at),
    launchAt: iso(task.launch_at),
    attempted: task.attempted,
    startedAt: isoOrNull(task.started_at),
    stoppedAt: isoOrNull(task.stopped_at),
    endedAt: isoOrNull(task.ended_at),
    heartbeatAt: heartbeat?.generation === generation ? iso(heartbeat.at) : null,
    restarts,
    recentEnds: task.ends.map(({ at, ran }) => ({ at: iso(at), ran: ran === null ? null : ran / 1000 })),
    lastEnd: task.last_end,
    failure: task.failure,
    pastPids: task.past_pids,
  };
}
