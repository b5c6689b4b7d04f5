import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROOT } from '../../assembly.ts';

/** The runner as a process of its own, as a task runs it. */

let temporary: string;
/** Knows nothing of tasks: no samples are told. */
const server = createServer((_, response) => response.writeHead(404).end());

beforeAll(async () => {
  temporary = await mkdtemp(join(tmpdir(), 'vigia-runner-'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(async () => {
  server.close();
  expect(await readdir(temporary)).toEqual([]);
  await rm(temporary, { recursive: true, force: true });
});

interface Ran {
  code: number | null;
  stdout: string;
  stderr: string;
}

async function run(command: string[], variables: Record<string, string> = {}, signalAt?: string): Promise<Ran> {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const child = spawn(process.execPath, ['--no-warnings', join(ROOT, 'containers/job/main.ts'), ...command], {
    // As in a container, its group is its own.
    detached: true,
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: temporary,
      TMPDIR: temporary,
      JOB_ID: 'job_1',
      JOB_ENV: '{}',
      JOB_TIMEOUT_SECONDS: '60',
      JOB_TOKEN: 'a-secret-token',
      MAX_LOG_BYTES: '1000',
      API_URL: url,
      ECS_CONTAINER_METADATA_URI_V4: url,
      ...variables,
    },
  });
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      said[name] += text;
      if (signalAt !== undefined && said.stdout.includes(signalAt)) child.kill('SIGTERM');
    });
  }
  const [code] = await once(child, 'close');
  return { ...said, code };
}
const script = (text: string) => [process.execPath, '-e', text];

test.concurrent('a command gets its arguments as they are and nothing of the runner’s, and its code is the runner’s', async () => {
  const env = { JOB_ENV: JSON.stringify({ OWN: 'äß $HOME' }) };
  const command = [
    ...script('console.log(JSON.stringify([process.argv.slice(1), process.env])); process.exit(7)'),
    '$X; *',
  ];
  const { code, stdout } = await run(command, env);
  expect(code).toBe(7);
  expect(JSON.parse(stdout)).toEqual([
    ['$X; *'],
    {
      PATH: process.env['PATH'],
      HOME: temporary,
      LANG: 'C.UTF-8',
      TZ: 'UTC',
      PYTHONUNBUFFERED: '1',
      OWN: 'äß $HOME',
    },
  ]);
});

test.concurrent('what can’t be run is 127 or 126, with the reason', async () => {
  expect(await run(['of-no-image'])).toMatchObject({ code: 127, stderr: expect.stringContaining('ENOENT') });
  expect(await run([join(ROOT, 'package.json')])).toMatchObject({
    code: 126,
    stderr: expect.stringContaining('EACCES'),
  });
});

test.concurrent('a signal that ends it is told, and a stop reaches all that it started', async () => {
  expect((await run(script('process.kill(process.pid, "SIGKILL")'))).code).toBe(137);
  const gentle =
    'process.on("SIGTERM", () => { console.log("bye"); process.exit(5) }); setInterval(() => {}, 999); console.log("up")';
  expect(await run(['sh', '-c', `"${process.execPath}" -e '${gentle}'; exit $?`], {}, 'up')).toMatchObject({
    code: 143,
    stdout: 'up\nbye\n',
  });
  expect(await run(script(gentle), {}, 'up')).toMatchObject({ code: 5, stdout: 'up\nbye\n' });
});

test.concurrent('a stop reaches a command that leads a group of its own, and what it started', async () => {
  const command = ['timeout', '60', 'sh', '-c', 'trap "echo bye; exit 5" TERM; echo up; sleep 60 & wait'];
  expect(await run(command, {}, 'up')).toMatchObject({ code: 5, stdout: 'up\nbye\n' });
});

test.concurrent('a command may open its streams anew, whoever it runs as', async () => {
  // Only root may run it as another.
  const other = { VIGIA_COMMAND_USER: '65534', VIGIA_COMMAND_HOME: '/' };
  const script = 'ls -lL /dev/stderr | cut -c 1-10 > /dev/stdout; echo problem | tee /dev/stderr';
  const { code, stdout, stderr } = await run(['sh', '-c', script], process.getuid?.() === 0 ? other : {});
  expect([code, stdout, stderr]).toEqual([0, 'prw-rw-rw-\nproblem\n', expect.stringMatching(/^problem$/m)]);
});

test.concurrent('one whose time is over is ended with 124', async () => {
  const text = 'process.on("SIGTERM", () => process.exit(0)); setInterval(() => {}, 999)';
  expect((await run(script(text), { JOB_TIMEOUT_SECONDS: '1' })).code).toBe(124);
});

test.concurrent('all that was printed before a crash is there, up to the limit, at which a line says so', async () => {
  const lines = 'for (let i = 0; i < 50; i += 1) console.log("line " + i)';
  const { stdout } = await run(script(`${lines}; process.kill(process.pid, "SIGKILL")`));
  expect(stdout.split('\n')).toHaveLength(51);
  const much = await run(script('process.stdout.write("x".repeat(300000), () => process.exit(0))'));
  expect(much.code).toBe(0);
  expect(much.stdout).toBe(`${'x'.repeat(1000)}\n[The output was cut after 1000 bytes; the command goes on]\n`);
});

test.concurrent('the limit may be the end of a line', async () => {
  const { stdout } = await run(['sh', '-c', 'echo 123; sleep 0.3; echo more'], { MAX_LOG_BYTES: '4' });
  expect(stdout).toBe('123\n[The output was cut after 4 bytes; the command goes on]\n');
});

test.concurrent('a process that is left behind does not keep it', async () => {
  const { code, stdout } = await run(['sh', '-c', 'sleep 30 & echo done']);
  expect([code, stdout]).toEqual([0, 'done\n']);
});

test.concurrent('nor does one that goes on printing, whatever it thinks of signals', async () => {
  const chatty = '(trap "" TERM; while :; do echo chat; sleep 0.1; done) &';
  const [ended, late] = await Promise.all([
    run(['sh', '-c', `${chatty} echo main; exit 3`]),
    run(['sh', '-c', `${chatty} sleep 60`], { JOB_TIMEOUT_SECONDS: '1' }),
  ]);
  expect(ended).toMatchObject({ code: 3, stdout: expect.stringContaining('main\n') });
  expect(late.code).toBe(124);
});

test('a command that prints much and ends itself at once loses none of it', async () => {
  const script = 'for (let line = 0; line < 5000; line += 1) console.log(line); process.exit(3)';
  const { code, stdout } = await run(['node', '-e', script], { MAX_LOG_BYTES: '1000000' });
  expect(code).toBe(3);
  expect(stdout.trim().split('\n')).toEqual(Array.from({ length: 5000 }, (_, line) => String(line)));
});
