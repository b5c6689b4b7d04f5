import { describe, expect, test } from 'vitest';
import { DENIED_COMMANDS, JOB_EXECUTABLES } from '../../../config/jobs.ts';
import { sizeWith } from '../../../core/jobs/fargate-sizes.ts';
import { jobId } from '../../../core/jobs/job.ts';
import { checkCommand } from '../../../core/jobs/job-rules.ts';
import { madeAt } from '../../../core/timed-id.ts';

const check = (command: string[]) => checkCommand(command, { allow: JOB_EXECUTABLES, deny: DENIED_COMMANDS }, ['vim']);

describe('the deny-list', () => {
  test.each([
    [['bash', '-c', 'sudo ls']],
    [['sh', '-c', 'echo a; reboot']],
    [['env', 'A=b', '/usr/bin/su', '-']],
    [['bash', '-c', 'dd if=/dev/zero of=/dev/sda']],
    [['rm', '-rf', '/']],
    [['rm', '-r', '-f', '/etc']],
    [['bash', '-c', ':(){ :|:& };:']],
    [['bash', '-c', 'echo x > /dev/sda']],
    [['rm', '-rf', 'x', '/']],
    [['rm', '-rf', '//']],
    [['sh', '-c', 'rm -rf "/"']],
    [['bash', '-ec', 'sudo ls']],
    [['sh', '-c', 'if true; then reboot; fi']],
    [['bash', '-c', 'cd /tmp && (sudo ls)']],
    [['timeout', '5', 'sudo', 'ls']],
  ])('refuses %j', (command) => {
    expect(() => check(command)).toThrow('command_denied');
  });

  test.each([
    [['echo', 'su informe']],
    [['rm', '-rf', '/tmp/mine']],
    [['python', '-c', 'print("sudo")']],
    [['sh', '-c', 'sort < a > /dev/null']],
    [['node', 'shutdown-report.js']],
    [['grep', '-c', 'mount', '/proc/mounts']],
    [['grep', '-c', 'su', '/etc/passwd']],
    [['echo', 'a; halt b']],
    [['sh', '-c', 'rm a; ls /']],
    [['rm', '/tmp/a', '/var/tmp/b']],
  ])('lets %j pass', (command) => {
    expect(() => check(command)).not.toThrow();
  });
});

test('a command that is too long is refused before any pattern looks at it', () => {
  // It would take half a minute.
  const nested = Array(55).fill('env a '.repeat(680));
  expect(() => check(['echo', ...nested])).toThrow('command_too_long');
});

test.each([
  [{}, { cpu: 256, memory: 512 }],
  [{ cpu: 512 }, { cpu: 512, memory: 1024 }],
  [{ cpu: 4096 }, { cpu: 4096, memory: 8192 }],
  [{ memory: 512 }, { cpu: 256, memory: 512 }],
  [{ memory: 3072 }, { cpu: 512, memory: 3072 }],
  [{ memory: 122_880 }, { cpu: 16_384, memory: 122_880 }],
  [
    { cpu: 256, memory: 4096 },
    { cpu: 256, memory: 4096 },
  ],
  [{ cpu: 300 }, { cpu: 300, memory: 512 }],
])('what is left open of a size is the least that goes with the rest: %j', (given, size) => {
  expect(sizeWith(given)).toEqual(size);
});

test('ids sort by the millisecond of their making', () => {
  const at = Date.parse('2024-12-11T12:34:56.007Z');
  expect(jobId(at, 0)).toBe('job_20241211_123456_01c000');
  expect(jobId(at, 0xffff)).toBe('job_20241211_123456_01ffff');
  const ids = [at, at + 1, at + 992, at + 993].map((now, index) => jobId(now, index % 2 ? 0 : 0x3fff));
  expect(ids.toSorted()).toEqual(ids);
  expect(ids.map(madeAt)).toEqual([at, at + 1, at + 992, at + 993]);
  expect(() => madeAt('job_1')).toThrow('job_1');
});
