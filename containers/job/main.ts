import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { environment } from '../../core/aws/environment.ts';
import { startSampling } from '../../core/samples/sampling.ts';
import { reportSamples } from './report-samples.ts';
import { commandEnvironment, runCommand } from './run-command.ts';

/**
 * A job: runs the command that its arguments are, and ends with its code. All that it was told stays its own; the
 * command gets nothing but its variables.
 */

const [executable = '', ...args] = process.argv.slice(2);
const variables = z.record(z.string(), z.string()).parse(JSON.parse(environment('JOB_ENV')));
/** Set by the image: the user that the command runs as, in place of root. */
const { VIGIA_COMMAND_USER: user, VIGIA_COMMAND_HOME: home } = process.env;

const sampling = startSampling({
  metadataUri: environment('ECS_CONTAINER_METADATA_URI_V4'),
  report: (samples, { pid }) => reportSamples({ pid, samples }),
  onProblem: (message) => console.error(`[vigia] ${message}`),
});

const directory = home ?? (await mkdtemp(join(tmpdir(), 'vigia-job-')));
const code = await runCommand([executable, ...args], {
  environment: commandEnvironment(variables, { ...process.env, ...(home !== undefined && { HOME: home }) }),
  directory,
  user: user === undefined ? undefined : Number(user),
  timeoutMs: Number(environment('JOB_TIMEOUT_SECONDS')) * 1000,
  maxLogBytes: Number(environment('MAX_LOG_BYTES')),
});
await sampling.stop();
if (home === undefined) await rm(directory, { recursive: true, force: true });
process.exit(code);
