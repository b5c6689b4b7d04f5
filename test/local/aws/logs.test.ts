import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { compileFilterPattern } from '../../../local/aws/logs/filter-pattern.ts';
import { createLogs, type Logs } from '../../../local/aws/logs.ts';

const DAY = 24 * 60 * 60 * 1000;
const messages = z.object({ events: z.array(z.object({ message: z.string() })) });
const tokens = z.object({ nextForwardToken: z.string(), nextBackwardToken: z.string() });

let directory: string;
let logs: Logs;
let now: number;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'vigia-logs-'));
  now = Date.now();
  logs = createLogs(join(directory, 'logs.sqlite'), () => now);
});
afterEach(async () => {
  await logs.service.close();
  rmSync(directory, { recursive: true, force: true });
});

function request(operation: string, input: object) {
  const headers = { 'x-amz-target': `Logs_20140328.${operation}` };
  const body = Buffer.from(JSON.stringify(input));
  const bare = { method: 'POST', path: '/', query: new URLSearchParams(), headers, body, caller: 'operator' };
  return { ...bare, operation: logs.service.operation(bare) ?? '' };
}

async function call(operation: string, input: object): Promise<unknown> {
  const { status, body } = await logs.service.handle(request(operation, input));
  expect(status).toBe(200);
  return JSON.parse(String(body));
}

const texts = (answer: unknown) => messages.parse(answer).events.map((it) => it.message);
const group = { logGroupName: '/aws/lambda/webhook' };
const stream = { ...group, logStreamName: 'one' };

async function fill(count: number, name = 'one'): Promise<void> {
  if (!logs.store.hasGroup(group.logGroupName)) await call('CreateLogGroup', group);
  await call('CreateLogStream', { ...group, logStreamName: name });
  const logEvents = Array.from({ length: count }, (_, index) => ({
    timestamp: now - DAY / 2 + index,
    message: `${name} ${index}`,
  }));
  await call('PutLogEvents', { ...group, logStreamName: name, logEvents });
}

describe('groups and streams', () => {
  it('are made, described page by page, and deleted', async () => {
    for (const name of ['a/1', 'a/2', 'b/1']) logs.defineGroup({ logicalId: 'G', name }, { RetentionInDays: 7 });
    const first = await call('DescribeLogGroups', { logGroupNamePrefix: 'a/', limit: 1 });
    expect(first).toEqual({
      logGroups: [
        {
          logGroupName: 'a/1',
          creationTime: now,
          retentionInDays: 7,
          arn: 'arn:aws:logs:eu-west-1:000000000000:log-group:a/1:*',
          logGroupArn: 'arn:aws:logs:eu-west-1:000000000000:log-group:a/1',
          logGroupClass: 'STANDARD',
        },
      ],
      nextToken: 'a/1',
    });
    const second = await call('DescribeLogGroups', { logGroupNamePrefix: 'a/', limit: 1, nextToken: 'a/1' });
    expect(second).toMatchObject({ logGroups: [{ logGroupName: 'a/2' }] });
    expect(second).not.toHaveProperty('nextToken');
    await call('DeleteLogGroup', { logGroupName: 'a/1' });
    await expect(call('DeleteLogGroup', { logGroupName: 'a/1' })).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
    });
    await expect(call('CreateLogGroup', { logGroupName: 'a/2' })).rejects.toMatchObject({
      code: 'ResourceAlreadyExistsException',
    });
  });

  it('streams come by name or by their last event', async () => {
    await fill(3, 'b');
    await fill(1, 'a');
    const names = async (more: object) =>
      z
        .object({ logStreams: z.array(z.object({ logStreamName: z.string() })) })
        .parse(await call('DescribeLogStreams', { ...group, ...more }))
        .logStreams.map((it) => it.logStreamName);
    expect(await names({})).toEqual(['a', 'b']);
    expect(await names({ orderBy: 'LastEventTime', descending: true })).toEqual(['b', 'a']);
    expect(await names({ logStreamNamePrefix: 'b' })).toEqual(['b']);
    await call('DeleteLogStream', { ...group, logStreamName: 'b' });
    expect(await names({})).toEqual(['a']);
  });

  it('refuses properties and input that it does not know', async () => {
    const resource = { logicalId: 'Group', name: 'g' };
    expect(() => logs.defineGroup(resource, { KmsKeyId: 'k' })).toThrow('Group: KmsKeyId is not supported');
    await expect(call('PutLogEvents', { ...stream, logEvents: [] })).rejects.toMatchObject({
      code: 'InvalidParameterException',
    });
    expect(request('StartQuery', {}).operation).toBe('');
  });
});

describe('events', () => {
  it('are read forward and backward with tokens, and followed', async () => {
    await fill(5);
    const first = await call('GetLogEvents', { ...stream, startFromHead: true, limit: 2 });
    expect(texts(first)).toEqual(['one 0', 'one 1']);
    const { nextForwardToken } = tokens.parse(first);
    const rest = await call('GetLogEvents', { ...stream, nextToken: nextForwardToken });
    expect(texts(rest)).toEqual(['one 2', 'one 3', 'one 4']);
    const end = await call('GetLogEvents', { ...stream, nextToken: tokens.parse(rest).nextForwardToken });
    expect(texts(end)).toEqual([]);
    expect(tokens.parse(end).nextForwardToken).toBe(tokens.parse(rest).nextForwardToken);
    logs.store.append(group.logGroupName, 'one', [{ timestamp: now, message: 'new' }]);
    expect(texts(await call('GetLogEvents', { ...stream, nextToken: tokens.parse(end).nextForwardToken }))).toEqual([
      'new',
    ]);
    const tail = await call('GetLogEvents', { ...stream, limit: 2 });
    expect(texts(tail)).toEqual(['one 4', 'new']);
    const before = await call('GetLogEvents', { ...stream, limit: 2, nextToken: tokens.parse(tail).nextBackwardToken });
    expect(texts(before)).toEqual(['one 2', 'one 3']);
  });

  it('are searched over streams, by terms and time, page by page', async () => {
    await fill(3, 'one');
    await fill(3, 'two');
    const search = async (more: object) => await call('FilterLogEvents', { ...group, ...more });
    expect(texts(await search({}))).toEqual(['one 0', 'two 0', 'one 1', 'two 1', 'one 2', 'two 2']);
    expect(texts(await search({ filterPattern: '2 -one' }))).toEqual(['two 2']);
    expect(texts(await search({ logStreamNames: ['two'], startTime: now - DAY / 2 + 1 }))).toEqual(['two 1', 'two 2']);
    expect(texts(await search({ logStreamNamePrefix: 'on', endTime: now - DAY / 2 + 1 }))).toEqual(['one 0']);
    const page = await search({ filterPattern: 'two', limit: 2 });
    expect(texts(page)).toEqual(['two 0', 'two 1']);
    const { nextToken } = z.object({ nextToken: z.string() }).parse(page);
    const last = await search({ filterPattern: 'two', limit: 2, nextToken });
    expect(texts(last)).toEqual(['two 2']);
    expect(last).not.toHaveProperty('nextToken');
    await expect(search({ nextToken: 'forged' })).rejects.toMatchObject({ code: 'InvalidParameterException' });
  });

  it('go with their group’s retention, and with them streams that nobody writes', async () => {
    await fill(2);
    logs.defineGroup({ logicalId: 'G', name: group.logGroupName }, { RetentionInDays: 1 });
    now += DAY / 2 + 1;
    logs.store.eraseExpired();
    expect(texts(await call('FilterLogEvents', group))).toEqual(['one 1']);
    now += DAY;
    logs.store.eraseExpired();
    expect(await call('DescribeLogStreams', group)).toEqual({ logStreams: [] });
  });

  it('are there after a restart', async () => {
    await fill(1);
    logs.store.append(group.logGroupName, 'one', [{ timestamp: now, message: 'last' }]);
    await logs.service.close();
    logs = createLogs(join(directory, 'logs.sqlite'));
    expect(texts(await call('FilterLogEvents', group))).toEqual(['one 0', 'last']);
  });
});

describe('what IAM checks', () => {
  const arn = 'arn:aws:logs:eu-west-1:000000000000:log-group:/aws/lambda/webhook';
  it.each([
    ['CreateLogGroup', group, arn],
    ['PutLogEvents', stream, `${arn}:log-stream:one`],
    ['FilterLogEvents', group, `${arn}:log-stream:`],
    ['DescribeLogGroups', {}, 'arn:aws:logs:eu-west-1:000000000000:log-group::log-stream:'],
  ])('%s', (operation, input, resource) => {
    expect(logs.service.permissions(request(operation, input))).toEqual([{ action: `logs:${operation}`, resource }]);
  });
});

describe('a filter pattern', () => {
  it.each([
    ['', 'anything', true],
    ['ERROR', 'an ERROR here', true],
    ['ERROR', 'an error here', false],
    ['one two', 'two and one', true],
    ['one two', 'one', false],
    ['"one two"', 'one two', true],
    ['"one two"', 'two one', false],
    ['"say \\"hi\\""', 'say "hi"', true],
    ['?one ?two', 'only two', true],
    ['?one ?two', 'three', false],
    ['one -two', 'one two', false],
    ['-two', 'one', true],
  ])('%s on %s', (pattern, message, expected) => {
    expect(compileFilterPattern(pattern)(message)).toBe(expected);
  });

  it('refuses what it can not do', () => {
    expect(() => compileFilterPattern('{ $.level = "ERROR" }')).toThrow('only terms are supported');
  });
});
