import { join } from 'node:path';
import type { LocalRunOptions } from '../local/run.ts';
import { ROOT } from './assembly.ts';

/** A local run of the sources over the replay market on free ports; who wants something else says it over that. */
export function replayRun(dataDirectory: string): LocalRunOptions {
  return {
    root: ROOT,
    port: 0,
    dataDirectory,
    fresh: false,
    exchange: 'replay',
    configFile: join(ROOT, 'config/local.json'),
    assembly: undefined,
    environment: {},
    onProgress: () => {},
    onProblem: (text) => console.error(text),
  };
}
