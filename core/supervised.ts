import { COLLECTOR_PREFIX, collectors } from './collectors/collectors.ts';
import { JOB_PREFIX, jobs } from './jobs/jobs.ts';

type Supervised = Pick<typeof jobs, 'launch' | 'taskChanged'>;

/** The kinds of tasks that one launcher and one supervisor look after, by the first part of a task's `startedBy`. */
export const supervised: ReadonlyMap<string, Supervised> = new Map<string, Supervised>([
  [COLLECTOR_PREFIX, collectors],
  [JOB_PREFIX, jobs],
]);
