/**
 * What it takes to collect: the feed with trades, books and candles on, against a bare loop of `ws` and `JSON.parse` on
 * the same messages, each in a process of its own. Ten symbols, half trades, half changes of books.
 */

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { z } from 'zod';
import { median, percentile, round } from './figures.ts';

const KINDS = ['bare', 'feed'] as const;
const ROUNDS = 3;
const MESSAGES = 200_000;
const STEADY = { messages: 30_000, perSecond: 5_000 };

const address = z.object({ port: z.number() });
const sent = z.object({ sentAt: z.array(z.number()) });
const taken = z.object({
  report: z.looseObject({ cpuSeconds: z.number(), peakMb: z.number() }),
  receivedAt: z.array(z.number()),
});

interface Run {
  report: z.output<typeof taken>['report'];
  /** Milliseconds from sending to having read, of every trade. */
  latencies: number[];
}

async function run(kind: (typeof KINDS)[number], messages: number, perSecond: number): Promise<Run> {
  const server = fork(new URL('./collector/server.ts', import.meta.url), [String(messages), String(perSecond)]);
  try {
    const { port } = address.parse(await message(server));
    const url = `ws://127.0.0.1:${port}`;
    const client = fork(new URL('./collector/client.ts', import.meta.url), [kind, url, String(messages)]);
    const [{ sentAt }, { report, receivedAt }] = await Promise.all([
      message(server).then((told) => sent.parse(told)),
      message(client).then((told) => taken.parse(told)),
    ]);
    return { report, latencies: receivedAt.map((at, trade) => at - (sentAt[2 * trade] ?? at)) };
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

export default async function bench(): Promise<object[]> {
  const rows: object[] = [];
  const full = new Map<string, Run[]>();
  const steady = new Map<string, Run[]>();
  for (let i = 0; i < ROUNDS; i += 1) {
    for (const kind of KINDS) {
      full.set(kind, [...(full.get(kind) ?? []), await run(kind, MESSAGES, 0)]);
      steady.set(kind, [...(steady.get(kind) ?? []), await run(kind, STEADY.messages, STEADY.perSecond)]);
    }
  }
  for (const kind of KINDS) {
    const reports = (full.get(kind) ?? []).map(({ report }) => report);
    const latencies = (steady.get(kind) ?? []).map((one) => one.latencies);
    rows.push({
      bench: 'collector',
      kind,
      cpuSecondsPerMillion: round(median(reports.map(({ cpuSeconds }) => (cpuSeconds * 1e6) / MESSAGES))),
      peakMb: round(median(reports.map(({ peakMb }) => peakMb)), 0),
      p50Ms: round(median(latencies.map((list) => percentile(list, 0.5)))),
      p99Ms: round(median(latencies.map((list) => percentile(list, 0.99)))),
      last: reports.at(-1),
    });
  }
  return rows;
}
