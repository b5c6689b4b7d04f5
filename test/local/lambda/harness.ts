import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogs, type Logs } from '../../../local/aws/logs.ts';
import type { FunctionInput } from '../../../local/lambda/function.ts';
import { createLambda, type Lambda, type LambdaOptions } from '../../../local/lambda/lambda.ts';
import type { Denial } from '../../../local/lambda/types.ts';

export const ROLE = 'arn:aws:iam::000000000000:role/worker';
const CREDENTIALS = { accessKeyId: 'ASIALOCAL', secretAccessKey: 'secret', sessionToken: 'token' };

export interface Harness {
  directory: string;
  lambda: Lambda;
  logs: Logs;
  denials: Denial[];
  problems: string[];
  /** Defines a function of this code; answers its name. */
  define(code: string, properties?: object, more?: Partial<FunctionInput>): string;
  /** Invokes with a value; answers the parsed payload and whether it is an error. */
  invoke(name: string, event?: unknown): Promise<{ value: unknown; failed: boolean }>;
  /** All that the function logged, oldest first. */
  logged(name: string): string[];
  /** Ends it; its directory goes too, unless it is to be started again. */
  close(keep?: 'keep'): Promise<void>;
}

export function startHarness(options: Partial<LambdaOptions> = {}): Harness {
  const directory = options.directory ?? mkdtempSync(join(tmpdir(), 'vigia-lambda-'));
  const logs = createLogs(join(directory, 'logs.sqlite'));
  const denials: Denial[] = [];
  const problems: string[] = [];
  const lambda = createLambda({
    directory,
    endpointUrl: () => 'http://127.0.0.1:9',
    logs: logs.store,
    authorize: () => true,
    call: () => Promise.reject(new Error('nothing to call')),
    onStreamRecords: () => () => undefined,
    onDenied: (denial) => denials.push(denial),
    onError: (problem) => problems.push(problem),
    backOff: () => 10,
    ...options,
  });
  let count = 0;
  return {
    directory,
    lambda,
    logs,
    denials,
    problems,
    define: (code, properties = {}, more = {}) => {
      count += 1;
      const name = `fn${count}`;
      const codeDirectory = join(directory, name);
      mkdirSync(codeDirectory, { recursive: true });
      writeFileSync(join(codeDirectory, 'index.mjs'), code);
      lambda.defineFunction({
        logicalId: name,
        name,
        properties: { Code: {}, Handler: 'index.handler', Runtime: 'nodejs24.x', Role: ROLE, ...properties },
        codeDirectory,
        credentials: CREDENTIALS,
        ...more,
      });
      return name;
    },
    invoke: async (name, event = {}) => {
      const outcome = await lambda.invoke(name, JSON.stringify(event));
      return { value: JSON.parse(outcome.payload), failed: outcome.functionError === 'Unhandled' };
    },
    logged: (name) => {
      const group = `/aws/lambda/${name}`;
      // The group comes with the first instance that may write it.
      return logs.store.hasGroup(group) ? Array.from(logs.store.events({ group }), (event) => event.message) : [];
    },
    close: async (keep) => {
      await lambda.close();
      await logs.service.close();
      if (keep === undefined) rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Until the condition holds; fails after 10 s. */
export async function until(condition: () => boolean, what: string): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`waited in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
