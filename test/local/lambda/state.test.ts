import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LambdaState } from '../../../local/lambda/state.ts';
import { type Harness, startHarness, until } from './harness.ts';

describe('checkpoints', () => {
  let directory: string;
  let state: LambdaState;
  const reader = { mapping: 'm', stream: 's', shard: 'shard' };
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'vigia-state-'));
    state = new LambdaState(join(directory, 'lambda.sqlite'));
  });
  afterEach(() => {
    state.close();
    rmSync(directory, { recursive: true, force: true });
  });

  it('are kept for each lane', () => {
    expect(state.checkpoints(reader, 2)).toBeUndefined();
    state.startLanes(reader, 2, '');
    state.saveCheckpoint(reader, 1, '900000000000000000007');
    expect(state.checkpoints(reader, 2)).toEqual(['', '900000000000000000007']);
    expect(state.checkpoints({ ...reader, stream: 'another' }, 2)).toBeUndefined();
  });

  it('another number of lanes starts where the slowest was', () => {
    state.startLanes(reader, 2, '1000000000000000000000');
    state.saveCheckpoint(reader, 0, '1000000000000000000009');
    state.saveCheckpoint(reader, 1, '999000000000000000000');
    expect(state.checkpoints(reader, 3)).toEqual(Array(3).fill('999000000000000000000'));
    state.saveCheckpoint(reader, 0, '1000000000000000000009');
    expect(state.checkpoints(reader, 3)?.[1]).toBe('999000000000000000000');
  });
});

describe('asynchronous events', () => {
  let harness: Harness;
  afterEach(() => harness.close());

  const code = `
    let calls = 0;
    export const handler = async ({ fails = 0, slow }) => {
      calls += 1;
      console.log('call ' + calls);
      if (slow) await new Promise((resolve) => setTimeout(resolve, 60_000));
      if (calls <= fails) throw new Error('not yet');
    };`;
  const accept = async (name: string, event: object) => {
    const { service } = harness.lambda;
    const request = {
      method: 'POST',
      path: `/2015-03-31/functions/${name}/invocations`,
      query: new URLSearchParams(),
      headers: { 'x-amz-invocation-type': 'Event' },
      body: Buffer.from(JSON.stringify(event)),
      caller: 'operator',
    };
    return await service.handle({ ...request, operation: service.operation(request) ?? '' });
  };
  const calls = (name: string) => harness.logged(name).filter((line) => line.includes('call ')).length;

  it('are answered at once and repeated twice', async () => {
    harness = startHarness({ asyncRetryMilliseconds: [20, 20] });
    const name = harness.define(code);
    await harness.lambda.start();
    expect(await accept(name, { fails: 2 })).toEqual({ status: 202, headers: {}, body: '' });
    await until(() => calls(name) === 3, 'three calls');
    expect(harness.problems).toEqual([]);
    const other = harness.define(code);
    await accept(other, { fails: 9 });
    await until(() => harness.problems.length === 1, 'the event to be given up');
    expect(harness.problems[0]).toContain('an asynchronous event is given up');
    expect(calls(other)).toBe(3);
  });

  it('outlive the process', async () => {
    harness = startHarness();
    const name = harness.define(code);
    await harness.lambda.start();
    await accept(name, { slow: true });
    await until(() => calls(name) === 1, 'the call');
    await harness.lambda.close(0);
    await harness.logs.service.close();
    harness = startHarness({ directory: harness.directory });
    harness.define(code);
    await harness.lambda.start();
    await until(() => calls(name) === 2, 'the second call');
  });
});
