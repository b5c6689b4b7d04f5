import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { COMMAND_RULES_FILE, type CommandRules } from '../../../core/jobs/job-settings.ts';
import { startTable, type TestTable } from '../service-table.ts';
import { SPEC } from './world.ts';

let table: TestTable;
let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vigia-rules-'));
  table = await startTable('operations', {
    OPERATIONS_TABLE: 'operations',
    JOBS: JSON.stringify({ maxRunning: 2, days: 30 }),
    JOB_MISSING: '[]',
    LAMBDA_TASK_ROOT: directory,
  });
});
afterAll(async () => {
  await table.close();
  await rm(directory, { recursive: true });
});

const allow = (rules: CommandRules) => writeFile(join(directory, COMMAND_RULES_FILE), JSON.stringify(rules));

test('what may not be run any more is not begun anew', async () => {
  const { jobRecords } = await import('../../../core/jobs/job-records.ts');
  const { restartJob } = await import('../../../core/jobs/jobs.ts');
  const now = Date.now();
  await jobRecords.tell('job', { type: 'create' }, now, SPEC);
  await jobRecords.tell('job', { type: 'stop' }, now);
  await allow({ allow: ['false'], deny: [] });
  await expect(restartJob('job', now)).rejects.toMatchObject({ code: 'command_not_allowed' });
  await allow({ allow: ['true'], deny: ['^true'] });
  await expect(restartJob('job', now)).rejects.toMatchObject({ code: 'command_denied' });
  expect((await jobRecords.get('job'))?.task.generation).toBe(1);
});
