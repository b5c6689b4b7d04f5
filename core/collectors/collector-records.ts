import { keptRunning } from '../tasks/restart.ts';
import { taskRecords } from '../tasks/task-records.ts';
import { collectorReportSchema, collectorSchema } from './collector.ts';
import { collectorSettings } from './collector-settings.ts';

/** The collectors' records, pk `COLLECTORS` of the operations table. */
export const collectorRecords = taskRecords('COLLECTORS', {
  spec: collectorSchema,
  report: collectorReportSchema,
  policy: () => keptRunning,
  places: () => collectorSettings().maxRunning,
  days: () => 7,
});
