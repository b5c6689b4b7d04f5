import { afterEach, describe, expect, it } from 'vitest';
import { type Harness, ROLE, startHarness } from './harness.ts';

let harness: Harness;
afterEach(() => harness.close());

const code = `
  export const handler = async () => {
    console.log('hello', { a: 1 });
    console.debug('detail');
    console.error(new RangeError('bad'));
    process.stdout.write('{"raw":true}\\nunfinished');
  };`;

describe('what a function logs', () => {
  it('as text', async () => {
    harness = startHarness();
    const name = harness.define(code);
    await harness.invoke(name);
    const lines = harness.logged(name).map((line) => line.replaceAll(/[0-9a-f-]{36}/g, 'ID').replace(/^\S+Z/, 'TIME'));
    expect(lines).toEqual([
      'START RequestId: ID Version: $LATEST',
      'TIME\tID\tINFO\thello { a: 1 }',
      'TIME\tID\tDEBUG\tdetail',
      expect.stringMatching(/^TIME\tID\tERROR\tRangeError: bad\n {4}at /),
      '{"raw":true}',
      'unfinished',
      'END RequestId: ID',
      expect.stringMatching(
        /^REPORT RequestId: ID\tDuration: .* ms\tBilled Duration: .* ms\tMemory Size: 128 MB\tInit Duration: /,
      ),
    ]);
  });

  it('as JSON, from its level on, into its own group', async () => {
    harness = startHarness();
    harness.logs.defineGroup({ logicalId: 'Group', name: 'mine' }, { RetentionInDays: 30 });
    const LoggingConfig = { LogFormat: 'JSON', LogGroup: 'mine', ApplicationLogLevel: 'INFO' };
    const name = harness.define(code, { LoggingConfig });
    await harness.invoke(name);
    const records = Array.from(harness.logs.store.events({ group: 'mine' }), (event) => event.message);
    expect(records.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line))).toMatchObject([
      { type: 'platform.start', record: { version: '$LATEST' } },
      { level: 'INFO', requestId: expect.any(String), message: 'hello { a: 1 }' },
      { level: 'ERROR', errorType: 'RangeError', errorMessage: 'bad', stackTrace: expect.any(Array) },
      { raw: true },
      { type: 'platform.report', record: { status: 'success', metrics: { memorySizeMB: 128 } } },
    ]);
    expect(harness.logged(name)).toEqual([]);
  });

  it('without Lambda’s own lines of what goes well, where its level is WARN', async () => {
    harness = startHarness();
    const failing = `
      export const handler = async ({ fails }) => {
        console.log('hello');
        if (fails) throw new Error('no');
      };`;
    const name = harness.define(failing, { LoggingConfig: { LogFormat: 'JSON', SystemLogLevel: 'WARN' } });
    await harness.invoke(name, { fails: false });
    expect(harness.logged(name).map((line) => JSON.parse(line))).toMatchObject([{ message: 'hello' }]);
    await harness.invoke(name, { fails: true });
    expect(harness.logged(name).map((line) => JSON.parse(line))).toMatchObject([
      { message: 'hello' },
      { message: 'hello' },
      { level: 'ERROR', errorMessage: 'no' },
      { type: 'platform.report', record: { status: 'error' } },
    ]);
  });

  it('is dropped, and the denial told once, where the role may not write it', async () => {
    harness = startHarness({ authorize: (_, action) => action !== 'logs:PutLogEvents' });
    const name = harness.define(code);
    await harness.invoke(name);
    await Promise.all([harness.invoke(name), harness.invoke(name)]);
    expect(harness.denials).toEqual([
      {
        role: ROLE,
        action: 'logs:PutLogEvents',
        resource: expect.stringContaining(`:log-group:/aws/lambda/${name}:log-stream:`),
        consequence: `what ${name} logs is lost`,
      },
    ]);
    expect(harness.logged(name)).toEqual([]);
  });
});
