import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { environment } from '../aws/environment.ts';

const settingsSchema = z.object({
  maxRunning: z.int(),
  /** For how long a job is shown after its end. */
  days: z.int(),
});
export type JobSettings = z.output<typeof settingsSchema>;

/** What the deployment's configuration says of jobs. */
export function jobSettings(): JobSettings {
  return settingsSchema.parse(JSON.parse(environment('JOBS')));
}

/** A file beside the code of functions that make jobs: all variables of a function together take 4 KB. */
export const COMMAND_RULES_FILE = 'command-rules.json';

const commandRulesSchema = z.object({
  /** Names of executables. */
  allow: z.array(z.string()),
  /** Regular expressions over a command's words, joined by spaces. */
  deny: z.array(z.string()),
});
export type CommandRules = z.output<typeof commandRulesSchema>;

/** What the deployment's configuration says of commands. */
export function commandRules(): CommandRules {
  const file = join(environment('LAMBDA_TASK_ROOT'), COMMAND_RULES_FILE);
  return commandRulesSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
}

/** Of the executables that are allowed those that the image lacks. */
export function missingExecutables(): string[] {
  return z.array(z.string()).parse(JSON.parse(environment('JOB_MISSING')));
}
