import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Outputs } from '../../local/run.ts';
import { ROOT } from '../assembly.ts';

/** `npm start` as a process of its own, which can be killed. */
export interface StartProcess {
  outputs: Outputs;
  /** SIGKILL: nothing gets a chance to tidy up. */
  kill(): Promise<void>;
  /** Ctrl-C; the exit code. */
  stop(): Promise<number | null>;
}

const START_MS = 60_000;

/** What a start on a new directory says of itself as soon as it says anything. */
export async function firstOutputs(dataDirectory: string): Promise<Partial<Outputs>> {
  const file = join(dataDirectory, 'outputs.json');
  await until(() => existsSync(file), START_MS, 1);
  return JSON.parse(readFileSync(file, 'utf8'));
}

export async function startProcess(dataDirectory: string, port: number, options: string[] = []): Promise<StartProcess> {
  const child = spawnStart(['--data', dataDirectory, '--port', String(port), '--exchange', 'replay', ...options]);
  const output = collect(child);
  const exit = once(child, 'exit');
  await Promise.race([
    until(() => output().includes('Vigía runs')),
    exit.then(() => {
      throw new Error(`The start failed:\n${output()}`);
    }),
  ]);
  return {
    outputs: JSON.parse(readFileSync(join(dataDirectory, 'outputs.json'), 'utf8')),
    kill: async () => {
      child.kill('SIGKILL');
      await exit;
    },
    stop: async () => {
      child.kill('SIGINT');
      await exit;
      return child.exitCode;
    },
  };
}

/** A start that is expected to end by itself: its exit code and all that it printed. */
export async function failedStart(options: string[]): Promise<{ code: number | null; output: string }> {
  const child = spawnStart(options);
  const output = collect(child);
  const timer = setTimeout(() => child.kill('SIGKILL'), START_MS);
  await once(child, 'close');
  clearTimeout(timer);
  return { code: child.exitCode, output: output() };
}

export async function until(
  isTrue: () => boolean | Promise<boolean>,
  milliseconds = START_MS,
  interval = 50,
): Promise<void> {
  const end = Date.now() + milliseconds;
  while (!(await isTrue())) {
    if (Date.now() > end) throw new Error(`Not true after ${milliseconds} ms: ${isTrue}`);
    await new Promise((resolve) => setTimeout(resolve, interval));
  }
}

function spawnStart(options: string[]): ChildProcess {
  return spawn(process.execPath, [join(ROOT, 'bin/start.ts'), ...options], { cwd: ROOT, stdio: 'pipe' });
}

function collect(child: ChildProcess): () => string {
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (text += chunk));
  return () => text;
}
