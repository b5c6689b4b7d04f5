import * as z from 'zod/mini';
import { DENIED_COMMANDS, JOB_EXECUTABLES } from '../../config/jobs.ts';
import { environment } from '../aws/environment.ts';

const settingsSchema = z.object({
  maxRunning: z.int(),
  // Functions take 4 KB of variables: these are told only where they are not as usual.
  allow: z._default(z.array(z.string()), JOB_EXECUTABLES),
  deny: z._default(z.array(z.string()), DENIED_COMMANDS),
  /** For how long a job is shown after its end. */
  days: z.int(),
});
export type JobSettings = z.output<typeof settingsSchema>;

/** What the deployment's configuration says of jobs. */
export function jobSettings(): JobSettings {
  return settingsSchema.parse(JSON.parse(environment('JOBS')));
}

/** Of the executables that are allowed those that the image lacks. */
export function missingExecutables(): string[] {
  return z.array(z.string()).parse(JSON.parse(environment('JOB_MISSING')));
}
