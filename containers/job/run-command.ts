import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import { constants } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { TIMED_OUT_CODE } from '../../core/jobs/job-policy.ts';
import { OutputLimit } from './output-limit.ts';
import { systemPipe } from './pipe.ts';

/** One command, from its start to its end, without a shell. */

export interface CommandOptions {
  environment: Record<string, string>;
  /** Where it begins. */
  directory: string;
  /** Its uid and gid; undefined: the runner's own. */
  user: number | undefined;
  timeoutMs: number;
  /** What it may print; the rest is dropped. */
  maxLogBytes: number;
}

/** ECS waits 30 s between its own SIGTERM and SIGKILL. */
const STOP_GRACE_MS = 20_000;
const TIMEOUT_GRACE_MS = 10_000;
/** Output of a command that has ended, while processes that it left behind hold its streams open. */
const SILENCE_MS = 500;

const NOT_FOUND = 127;
const NOT_RUN = 126;

/** What a command knows of its surroundings. */
export function commandEnvironment(
  own: Record<string, string>,
  { PATH, HOME }: NodeJS.ProcessEnv,
): Record<string, string> {
  return {
    ...(PATH !== undefined && { PATH }),
    ...(HOME !== undefined && { HOME }),
    LANG: 'C.UTF-8',
    TZ: 'UTC',
    // What it printed before a SIGKILL is in the log.
    PYTHONUNBUFFERED: '1',
    ...own,
  };
}

/**
 * Answers with its exit code: 128 and the signal's number where one ended it, 124 after its time, 127 where there is no
 * such executable, 126 where it can't be run.
 */
export async function runCommand([executable = '', ...args]: string[], options: CommandOptions): Promise<number> {
  const { environment, directory, user, timeoutMs, maxLogBytes } = options;
  const output = new OutputLimit(maxLogBytes);
  const [stdout, stderr] = [systemPipe(), systemPipe()];
  const child = spawn(executable, args, {
    cwd: directory,
    env: environment,
    stdio: ['ignore', stdout.writer, stderr.writer],
    ...(user !== undefined && { uid: user, gid: user }),
  });
  for (const { writer } of [stdout, stderr]) closeSync(writer);
  const closed = Promise.all([output.pass(stdout.reader, process.stdout), output.pass(stderr.reader, process.stderr)]);
  const ended = endOf(child);

  let isStopping = false;
  const stop = (graceMs: number) => {
    if (isStopping) return;
    isStopping = true;
    // It, and all that it started: they share the runner's process group, and the runner is told too.
    process.kill(0, 'SIGTERM');
    signalOwnGroup(child, 'SIGTERM');
    setTimeout(() => signalOwnGroup(child, 'SIGKILL') || child.kill('SIGKILL'), graceMs).unref();
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stop(STOP_GRACE_MS));
  let isTimeout = false;
  const timer = setTimeout(() => {
    isTimeout = !isStopping;
    stop(TIMEOUT_GRACE_MS);
  }, timeoutMs);

  const code = await ended;
  clearTimeout(timer);
  output.hasEnded = true;
  await Promise.race([closed, silence(output)]);
  return isTimeout ? TIMED_OUT_CODE : code;
}

/** Of a command that leads a group of its own, as `timeout` does. @returns whether there is one */
function signalOwnGroup({ pid }: ChildProcess, signal: NodeJS.Signals): boolean {
  if (pid === undefined) return false;
  try {
    return process.kill(-pid, signal);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
    return false;
  }
}

function endOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve(signal === null ? (code ?? 0) : 128 + constants.signals[signal]));
    child.once('error', (error: NodeJS.ErrnoException) => {
      console.error(`The command can't be run: ${error.message}`);
      resolve(error.code === 'ENOENT' ? NOT_FOUND : NOT_RUN);
    });
  });
}

/** Until all was taken, and nothing more has come. */
async function silence(output: OutputLimit): Promise<void> {
  for (let seen = -1; seen !== output.received || output.passed !== output.received; await sleep(SILENCE_MS))
    seen = output.received;
}
