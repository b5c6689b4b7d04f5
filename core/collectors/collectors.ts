import { environment } from '../aws/environment.ts';
import { METRICS, measure } from '../metrics.ts';
import { EVERYBODY } from '../push/listener.ts';
import { pushLater } from '../push/push-later.ts';
import { readTaskPlace } from '../tasks/ecs.ts';
import { supervise } from '../tasks/supervise.ts';
import { collectorRecords } from './collector-records.ts';
import { presentCollector } from './collector-shape.ts';

/** The first part of `startedBy` of a collector's task. */
export const COLLECTOR_PREFIX = 'c';

/** Starts, stops and looks after the collectors' tasks. */
export const collectors = supervise({
  records: collectorRecords,
  prefix: COLLECTOR_PREFIX,
  place: () => readTaskPlace(environment('COLLECTOR_TASKS')),
  launchQueue: () => environment('LAUNCH_QUEUE'),
  environment: ({ name, generation }) => ({ COLLECTOR_NAME: name, COLLECTOR_GENERATION: String(generation) }),
  changed: async (stored, before, now) => {
    const { restarts, last_end } = stored.task;
    if (restarts > (before?.restarts ?? 0)) {
      measure(now, [[METRICS.collectorRestarts, 1]], { collector: stored.name, last_end: last_end ?? '' });
    }
    await pushLater(EVERYBODY, 'collector.changed', presentCollector(stored, now), now);
  },
});
