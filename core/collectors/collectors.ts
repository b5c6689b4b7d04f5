import { environment } from '../aws/environment.ts';
import { METRICS, measure } from '../metrics.ts';
import { EVERYBODY } from '../push/listener.ts';
import { pushLater } from '../push/push-later.ts';
import { taskPlace } from '../tasks/ecs.ts';
import { keptRunning } from '../tasks/restart.ts';
import { supervise } from '../tasks/supervise.ts';
import type { StoredTask } from '../tasks/task-records.ts';
import type { Collector, CollectorReport } from './collector.ts';
import { collectorRecords } from './collector-records.ts';
import { presentCollector } from './collector-shape.ts';

/** The first part of `startedBy` of a collector's task. */
export const COLLECTOR_PREFIX = 'c';

/** Starts, stops and looks after the collectors' tasks. */
export const collectors = supervise({
  records: collectorRecords,
  prefix: COLLECTOR_PREFIX,
  place: () => taskPlace(environment('COLLECTOR_TASKS')),
  launchQueue: () => environment('LAUNCH_QUEUE'),
  policy: () => keptRunning,
  swept: collectorRecords.all,
  overdue: (stored, now) => (isSilent(stored, now) ? 'It gave no sign of life for a minute' : undefined),
  overrides: async ({ name, task: { generation } }) => ({
    environment: { COLLECTOR_NAME: name, COLLECTOR_GENERATION: String(generation) },
  }),
  changed: async (stored, before, now) => {
    const { restarts, last_end } = stored.task;
    if (restarts > (before?.restarts ?? 0)) {
      measure(now, [[METRICS.collectorRestarts, 1]], { collector: stored.name, last_end: last_end ?? '' });
    }
    await pushLater(EVERYBODY, 'collector.changed', presentCollector(stored, now), now);
  },
});

/** A task that says nothing for so long hangs. Its heartbeat comes every 5 s, the first one once it has started. */
const SILENT_MS = 60_000;

/** Whether ECS says that it runs, and itself says nothing. */
function isSilent({ task, heartbeat }: StoredTask<Collector, CollectorReport>, now: number): boolean {
  if (task.started_at === null || task.ended_at !== null) return false;
  const heard = heartbeat?.generation === task.generation ? heartbeat.at : task.started_at;
  return heard + SILENT_MS < now;
}
