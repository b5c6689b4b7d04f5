import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Harness, startHarness, until } from './harness.ts';

let harness: Harness;
beforeAll(() => {
  harness = startHarness({ idleMilliseconds: 100 });
});
afterAll(() => harness.close());

describe('an instance', () => {
  it('sees the variables of its template and of Lambda, and nothing of this process', async () => {
    process.env['SECRET_OF_THE_PARENT'] = 'x';
    const name = harness.define(
      'export const handler = async () => ({ ...process.env });',
      { Environment: { Variables: { TABLE: 'alerts', URL: 'https://x' } }, MemorySize: 256 },
      { environment: { URL: 'http://127.0.0.1:1' } },
    );
    const { value } = await harness.invoke(name);
    expect(value).toMatchObject({
      TABLE: 'alerts',
      URL: 'http://127.0.0.1:1',
      AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'ASIALOCAL',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_SESSION_TOKEN: 'token',
      AWS_LAMBDA_FUNCTION_NAME: name,
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
      TZ: ':UTC',
      _HANDLER: 'index.handler',
    });
    expect(value).not.toHaveProperty('SECRET_OF_THE_PARENT');
    expect(value).not.toHaveProperty('NODE_COMPILE_CACHE');
  });

  it('gets event and context', async () => {
    const name = harness.define(
      `export const handler = async (event, context) => ({ event, ...context, left: context.getRemainingTimeInMillis() });`,
      { Timeout: 7 },
    );
    const { value } = await harness.invoke(name, { a: ['ñ'] });
    expect(value).toMatchObject({
      event: { a: ['ñ'] },
      functionName: name,
      functionVersion: '$LATEST',
      invokedFunctionArn: `arn:aws:lambda:eu-west-1:000000000000:function:${name}`,
      memoryLimitInMB: '128',
      logGroupName: `/aws/lambda/${name}`,
      awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      left: expect.closeTo(7000, -3),
    });
  });

  it('keeps its state while it is warm, and one instance takes one invocation at a time', async () => {
    const name = harness.define(`
      let calls = 0, running = 0;
      const me = Math.random();
      export const handler = async () => {
        calls += 1; running += 1;
        await new Promise((resolve) => setTimeout(resolve, 100));
        return { me, calls, running: running-- };
      };`);
    const together = await Promise.all([1, 2, 3, 4, 5, 6].map(() => harness.invoke(name)));
    const values = together.map((it) => it.value);
    expect(new Set(values.map((it) => Object(it).me)).size).toBe(4);
    expect(values.map((it) => Object(it).running)).toEqual([1, 1, 1, 1, 1, 1]);
    expect(Math.max(...values.map((it) => Object(it).calls))).toBeGreaterThan(1);
    // The surplus is retired, one stays warm.
    await new Promise((resolve) => setTimeout(resolve, 300));
    const later = await Promise.all([1, 2].map(() => harness.invoke(name)));
    const known = new Set(values.map((it) => Object(it).me));
    expect(later.filter((it) => known.has(Object(it.value).me)).length).toBe(1);
  });

  it('answers null for undefined and the error of a handler that throws, and lives on', async () => {
    const name = harness.define(`
      let calls = 0;
      export const handler = async (event) => {
        calls += 1;
        if (event.fail) throw new TypeError('no such luck');
        return event.nothing ? undefined : calls;
      };`);
    expect(await harness.invoke(name, { nothing: true })).toEqual({ value: null, failed: false });
    expect(await harness.invoke(name, { fail: true })).toEqual({
      value: { errorType: 'TypeError', errorMessage: 'no such luck', trace: expect.arrayContaining([]) },
      failed: true,
    });
    expect(await harness.invoke(name)).toEqual({ value: 3, failed: false });
  });
});

describe('what ends an instance', () => {
  it('is whoever knows the trace of its invocation', async () => {
    const name = harness.define(`
      export const handler = async () => {
        console.log('trace ' + process.env._X_AMZN_TRACE_ID);
        await new Promise((resolve) => setTimeout(resolve, 60_000));
      };`);
    const outcome = harness.invoke(name, { of: 'someone' });
    const trace = () => /trace (Root=.*;Parent=.*;Sampled=0)/.exec(harness.logged(name).join())?.[1] ?? '';
    await until(() => trace() !== '', 'the trace');
    const invocation = harness.lambda.running(trace());
    expect(invocation).toMatchObject({ functionName: name, event: '{"of":"someone"}' });
    await invocation?.crash();
    expect(await outcome).toMatchObject({ failed: true, value: { errorType: 'Runtime.ExitError' } });
    expect(harness.lambda.running(trace())).toBeUndefined();
  });

  const code = `
    import { spawn } from 'node:child_process';
    let calls = 0;
    export const handler = async ({ how, file }) => {
      calls += 1;
      if (how === 'hang') await new Promise((resolve) => setTimeout(resolve, 60_000));
      if (how === 'spin') for (;;);
      if (how === 'exit') { console.log('last words'); process.exit(3); }
      if (how === 'throw') setTimeout(() => { throw new RangeError('out of thin air'); });
      if (how === 'reject') Promise.reject(new Error('nobody listens'));
      if (how === 'memory') { const all = []; for (;;) all.push(new Array(100_000).fill(all.length)); }
      if (how === 'child') {
        const child = spawn('sh', ['-c', 'while :; do printf x >> "$0"; sleep 0.02; done', file], { detached: true, stdio: 'ignore' });
        await new Promise((resolve) => child.once('spawn', resolve));
        return child.pid;
      }
      if (how) await new Promise((resolve) => setTimeout(resolve, 60_000));
      return calls;
    };`;

  const cases = [
    [
      'hang',
      { errorType: 'Sandbox.Timedout', errorMessage: expect.stringContaining('Task timed out after 1.00 seconds') },
    ],
    [
      'spin',
      { errorType: 'Sandbox.Timedout', errorMessage: expect.stringContaining('Task timed out after 1.00 seconds') },
    ],
    ['exit', { errorType: 'Runtime.ExitError', errorMessage: 'Runtime exited with error: exit status 3' }],
    ['throw', { errorType: 'Runtime.UnhandledError', errorMessage: 'out of thin air' }],
    ['reject', { errorType: 'Runtime.UnhandledPromiseRejection', errorMessage: 'nobody listens' }],
  ] as const;
  it.each(cases)('%s: the caller gets the error, the next call a new instance', async (how, error) => {
    const name = harness.define(code, { Timeout: 1 });
    expect(await harness.invoke(name)).toEqual({ value: 1, failed: false });
    const { value, failed } = await harness.invoke(name, { how });
    expect({ value, failed }).toEqual({ value: expect.objectContaining(error), failed: true });
    expect(await harness.invoke(name)).toEqual({ value: 1, failed: false });
    if (how === 'exit') expect(harness.logged(name).join('\n')).toContain('last words');
  });

  it('too much memory', async () => {
    const name = harness.define(code, { Timeout: 20 });
    const { value } = await harness.invoke(name, { how: 'memory' });
    expect(value).toMatchObject({ errorType: 'Runtime.OutOfMemory' });
    expect(await harness.invoke(name)).toEqual({ value: 1, failed: false });
  });

  it('takes child processes with it', async () => {
    const name = harness.define(code, { Timeout: 1 });
    const file = join(harness.directory, 'alive');
    const size = () => (existsSync(file) ? statSync(file).size : 0);
    await harness.invoke(name, { how: 'child', file });
    await until(() => size() > 3, 'the child process to run');
    await harness.invoke(name, { how: 'hang' });
    await new Promise((resolve) => setTimeout(resolve, 100));
    const last = size();
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(size()).toBe(last);
  });

  it('a module that can not be imported fails each call', async () => {
    const name = harness.define(`import './missing.mjs'; export const handler = () => 1;`);
    const { value, failed } = await harness.invoke(name);
    expect({ value, failed }).toEqual({
      value: expect.objectContaining({ errorType: 'Runtime.ImportModuleError' }),
      failed: true,
    });
    const other = harness.define('export const handle = 1;');
    expect((await harness.invoke(other)).value).toMatchObject({ errorType: 'Runtime.HandlerNotFound' });
  });
});

describe('limits', () => {
  it('6 MB in and out', async () => {
    const name = harness.define(`export const handler = async ({ bytes = 0 }) => 'x'.repeat(bytes);`);
    await expect(harness.invoke(name, 'x'.repeat(6 * 1024 * 1024))).rejects.toThrow('RequestResponse');
    expect(await harness.invoke(name, { bytes: 6_291_554 })).toMatchObject({ failed: false });
    expect(await harness.invoke(name, { bytes: 6_291_555 })).toMatchObject({
      value: { errorType: 'Function.ResponseSizeTooLarge' },
      failed: true,
    });
  });

  it('a reserved concurrency holds, 0 refuses', async () => {
    const code = `
      const me = Math.random();
      export const handler = async () => { await new Promise((resolve) => setTimeout(resolve, 20)); return me; };`;
    const one = harness.define(code, { ReservedConcurrentExecutions: 1 });
    const values = await Promise.all([1, 2, 3].map(() => harness.invoke(one)));
    expect(new Set(values.map((it) => it.value)).size).toBe(1);
    const none = harness.define(code, { ReservedConcurrentExecutions: 0 });
    await expect(harness.invoke(none)).rejects.toMatchObject({ code: 'TooManyRequestsException', status: 429 });
  });
});

describe('properties', () => {
  it.each([
    [{ Runtime: 'python3.13' }, 'only nodejs24.x runs here'],
    [{ VpcConfig: {} }, 'VpcConfig is not supported'],
    [{ Layers: [] }, 'Layers is not supported'],
    [{ Environment: { Variables: { AWS_REGION: 'us-east-1' } } }, 'reserves the variables AWS_REGION'],
    [{ Environment: { Variables: { A1: 'x'.repeat(4095) } } }, '4097 bytes of environment variables'],
    [{ Handler: 'main.handler' }, 'no main.js, .mjs or .cjs'],
    [{ Timeout: 901 }, 'Timeout'],
  ])('%o is refused', (properties, message) => {
    expect(() => harness.define('', properties)).toThrow(message);
  });
});
