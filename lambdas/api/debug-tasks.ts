import * as z from 'zod/mini';
import type { Collector, CollectorReport } from '../../core/collectors/collector.ts';
import { stalenessOf } from '../../core/collectors/collector-health.ts';
import { collectorRecords } from '../../core/collectors/collector-records.ts';
import { pidShape } from '../../core/collectors/collector-shape.ts';
import { COLLECTOR_PREFIX, collectors } from '../../core/collectors/collectors.ts';
import { startedBy } from '../../core/tasks/ecs.ts';
import { due, shownPid, statusOf } from '../../core/tasks/record.ts';
import type { StoredTask } from '../../core/tasks/task-records.ts';
import { type Route, route } from './route.ts';
import { isoTime, listShape } from './shapes.ts';

/** For an operator who asks why a task is not as it is wanted. */

const time = z.nullable(isoTime);

const taskShape = z.strictObject({
  name: z.string(),
  startedBy: z.string().check(z.describe('By this ECS knows the task of this life.')),
  wanted: z.enum(['running', 'stopped']),
  status: z.enum(['starting', 'running', 'error', 'stopped']),
  due: z.nullable(z.enum(['launch', 'stop'])).check(z.describe('What is still to be done for it to be as wanted.')),
  stale: z.nullable(z.enum(['silent', 'no_connection', 'no_messages'])),
  generation: z.int().check(z.describe('Of the life that is, or that is to come.')),
  pid: z.nullable(pidShape),
  askedAt: isoTime,
  launchAt: isoTime.check(z.describe('From when on this life may be launched.')),
  startedAt: time,
  stoppedAt: z.nullable(isoTime).check(z.describe('When its user stopped it.')),
  endedAt: time,
  heartbeatAt: z.nullable(isoTime).check(z.describe('Of this life.')),
  restarts: z.int(),
  recentEnds: z
    .array(z.strictObject({ at: isoTime.check(z.describe('When it ended.')), ran: z.nullable(z.number()) }))
    .check(z.describe('Those that count for giving it up.')),
  lastEnd: z.nullable(z.string()),
  failure: z.nullable(z.string()).check(z.describe('Why it was given up.')),
  pastPids: z.array(pidShape).check(z.describe('The newest last.')),
});
taskShape.register(z.globalRegistry, { id: 'DebugTask' });

export const debugTaskRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/debug/tasks',
    summary: 'All that is known of the tasks which are kept running, checked against ECS',
    needs: 'admin',
    success: { status: 200, body: listShape('tasks', taskShape) },
    handle: async () => {
      const now = Date.now();
      const tasks = (await collectors.checked(await collectorRecords.all(), now)).map((stored) => present(stored, now));
      return { tasks: tasks.sort((a, b) => b.askedAt.localeCompare(a.askedAt)), next_cursor: null };
    },
  }),
];

function present(stored: StoredTask<Collector, CollectorReport>, now: number): z.output<typeof taskShape> {
  const { name, task, heartbeat } = stored;
  const { wanted, generation, restarts } = task;
  const iso = (at: number) => new Date(at).toISOString();
  const isoOrNull = (at: number | null | undefined) => (at == null ? null : iso(at));
  return {
    name,
    startedBy: startedBy(COLLECTOR_PREFIX, { name, generation }),
    wanted,
    status: statusOf(task, heartbeat),
    due: due(task) ?? null,
    stale: stalenessOf(stored, now) ?? null,
    generation,
    pid: shownPid(task),
    askedAt: iso(task.asked_at),
    launchAt: iso(task.launch_at),
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
