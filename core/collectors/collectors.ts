import { environment } from '../aws/environment.ts';
import { readTaskPlace } from '../tasks/ecs.ts';
import { supervise } from '../tasks/supervise.ts';
import { collectorRecords } from './collector-records.ts';

/** The first part of `startedBy` of a collector's task. */
export const COLLECTOR_PREFIX = 'c';

/** Starts, stops and looks after the collectors' tasks. */
export const collectors = supervise({
  records: collectorRecords,
  prefix: COLLECTOR_PREFIX,
  place: () => readTaskPlace(environment('COLLECTOR_TASKS')),
  launchQueue: () => environment('LAUNCH_QUEUE'),
  environment: ({ name, generation }) => ({ COLLECTOR_NAME: name, COLLECTOR_GENERATION: String(generation) }),
});
