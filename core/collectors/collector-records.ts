import { taskRecords } from '../tasks/task-records.ts';
import { collectorReportSchema, collectorSchema } from './collector.ts';

/** The collectors' records, pk `COLLECTORS` of the operations table. */
export const collectorRecords = taskRecords('COLLECTORS', { spec: collectorSchema, report: collectorReportSchema });
