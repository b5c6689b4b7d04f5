import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LocalCloud } from '../../../local/cloud.ts';
import { type LocalRun, startLocalRun } from '../../../local/run.ts';
import { replayRun } from '../../replay-run.ts';
import { Injector, type InjectorOptions } from './injector.ts';

/** A function that hangs holds up none of the others. */
const DRAWERS = 4;
const INSTANCES = 16;

export interface FaultyRunOptions extends Omit<InjectorOptions, 'running'> {
  environment?: NodeJS.ProcessEnv;
  /** In place of the template's. */
  variables: Record<string, string>;
}

/** A local run whose calls can go wrong. */
export interface FaultyRun {
  run: LocalRun;
  injector: Injector;
  /** What the local run complained of. */
  problems: string[];
  close(): Promise<void>;
}

export async function openFaultyRun({ environment = {}, variables, ...options }: FaultyRunOptions): Promise<FaultyRun> {
  // Functions are threads of this process and share its zone, which on Lambda is UTC.
  process.env['TZ'] = 'UTC';
  const dataDirectory = await mkdtemp(join(tmpdir(), 'vigia-faults-'));
  const problems: string[] = [];
  // The run's first start makes calls, too.
  let cloud: LocalCloud | undefined;
  const injector = new Injector({ ...options, running: (trace) => cloud?.running(trace) });
  const run = await startLocalRun({
    ...replayRun(dataDirectory),
    environment,
    variables,
    onProgress: console.log,
    onProblem: (text) => problems.push(text),
    intercept: (call, next) => injector.intercept(call, next),
    drawers: DRAWERS,
    instances: INSTANCES,
  });
  cloud = run.cloud;
  return {
    run,
    injector,
    problems,
    close: async () => {
      await run.close();
      await rm(dataDirectory, { recursive: true, force: true });
    },
  };
}
