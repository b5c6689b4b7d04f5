/**
 * What it takes to collect: the feed with trades, books, candles and packing on, against a bare loop of `ws` and
 * `JSON.parse` and against other clients on the same messages, each in a process of its own. Ten symbols, half trades,
 * half changes of books.
 */

import { type ChildProcess, execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { buildModule } from '../../lib/bundle.ts';
import { median, percentile, round } from './figures.ts';

const OTHERS = ['tardis-dev', 'ccxt'];
const WAYS = ['bare', 'feed', ...OTHERS];
const CLIENTS = fileURLToPath(new URL('./clients', import.meta.url));
const ROUNDS = 3;
const MESSAGES = 1_000_000;
/** Without the first second, in which programs are compiled. */
const STEADY = { messages: 25_000, perSecond: 5_000, first: 5_000 };
/** As the task is started. */
const FLAGS = ['--max-semi-space-size=8'];

const address = z.object({ port: z.number() });
const sent = z.object({ sentAt: z.array(z.number()) });
const taken = z.object({
  report: z.looseObject({ cpuSeconds: z.number(), peakMb: z.number(), lost: z.number() }),
  receivedAt: z.array(z.number()),
});

interface Run {
  report: z.output<typeof taken>['report'];
  /** Milliseconds from sending to having read, of every trade but the first ones. */
  latencies: number[];
}

/** The programs as they are deployed: one module each. */
function built(folder: string): Map<string, string> {
  const programs = ['client', 'server', 'bare', 'feed'].map((name) => {
    buildModule(`test/bench/collector/${name}.ts`, join(folder, name));
    return [name, join(folder, name, 'index.mjs')] as const;
  });
  return new Map([...programs, ...OTHERS.map((name) => [name, join(CLIENTS, `${name}.mjs`)] as const)]);
}

async function run(programs: Map<string, string>, way: string, messages: number, perSecond: number): Promise<Run> {
  const at = (name: string) => programs.get(name) ?? '';
  const server = fork(at('server'), [String(messages), String(perSecond)]);
  try {
    const { port } = address.parse(await message(server));
    const timed = perSecond > 0 ? ['timed'] : [];
    const told = [at(way), `ws://127.0.0.1:${port}`, String(messages), ...timed];
    const client = fork(at('client'), told, { execArgv: FLAGS });
    const [{ sentAt }, { report, receivedAt }] = await Promise.all([
      message(server).then((told) => sent.parse(told)),
      message(client).then((told) => taken.parse(told)),
    ]);
    const latencies = receivedAt.map((at, trade) => at - (sentAt[2 * trade] ?? at)).slice(STEADY.first / 2);
    return { report, latencies };
  } finally {
    server.kill();
  }
}

async function message(child: ChildProcess): Promise<unknown> {
  const [told] = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([code]) => {
      throw new Error(`A process of the bench ended with ${code}`);
    }),
  ]);
  return told;
}

/** The other clients are no dependency of the project: their packages are of this bench alone. */
function installClients(): void {
  const options = ['--ignore-scripts', '--omit=optional', '--no-audit', '--no-fund', '--prefer-offline'];
  execFileSync('npm', ['ci', ...options], { cwd: CLIENTS, stdio: ['ignore', 'ignore', 'inherit'] });
}

/** @param names the ways to measure; all of them unless given */
export default async function bench(...names: string[]): Promise<object[]> {
  const ways = WAYS.filter((name) => names.length === 0 || names.includes(name));
  if (ways.some((name) => OTHERS.includes(name))) installClients();
  const folder = await mkdtemp(join(tmpdir(), 'vigia-bench-'));
  const full = new Map<string, Run[]>();
  const steady = new Map<string, Run[]>();
  try {
    const programs = built(folder);
    for (let i = 0; i < ROUNDS; i += 1) {
      for (const way of ways) {
        full.set(way, [...(full.get(way) ?? []), await run(programs, way, MESSAGES, 0)]);
        steady.set(way, [...(steady.get(way) ?? []), await run(programs, way, STEADY.messages, STEADY.perSecond)]);
      }
    }
  } finally {
    await rm(folder, { recursive: true });
  }
  return ways.map((way) => figures(way, full.get(way) ?? [], steady.get(way) ?? []));
}

function figures(way: string, full: Run[], steady: Run[]): object {
  const each = (runs: Run[], figure: (run: Run) => number) => runs.map(figure).map((value) => round(value));
  const cpu = each(full, ({ report }) => (report.cpuSeconds * 1e6) / MESSAGES);
  const p50 = each(steady, ({ latencies }) => percentile(latencies, 0.5));
  const p99 = each(steady, ({ latencies }) => percentile(latencies, 0.99));
  return {
    bench: 'collector',
    way,
    cpuSecondsPerMillion: median(cpu),
    p50Ms: median(p50),
    p99Ms: median(p99),
    peakMb: round(median(full.map(({ report }) => report.peakMb)), 0),
    steadyPeakMb: round(median(steady.map(({ report }) => report.peakMb)), 0),
    lost: [...full, ...steady].reduce((sum, { report }) => sum + report.lost, 0),
    rounds: { cpu, p50, p99 },
    last: full.at(-1)?.report,
  };
}
