import { type StoredTask, taskRecords } from '../tasks/task-records.ts';
import { type Job, type JobReport, jobReportSchema, jobSchema } from './job.ts';
import { jobPolicy } from './job-policy.ts';
import { jobSettings } from './job-settings.ts';

export type StoredJob = StoredTask<Job, JobReport>;

/** The jobs' records, pk `JOBS` of the operations table; their names are the jobs' ids. */
export const jobRecords = taskRecords('JOBS', {
  spec: jobSchema,
  report: jobReportSchema,
  policy: jobPolicy,
  places: () => jobSettings().maxRunning,
  days: () => jobSettings().days,
});
