import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { PLAN_NAMES } from '../../config/schema.ts';
import { signalTime } from '../../core/alerts/alert-id.ts';
import { synthesize } from '../../local/assembly/synth.ts';
import type { Intercept } from '../../local/aws/gateway.ts';
import { type Outputs, startLocalRun } from '../../local/run.ts';
import { ROOT } from '../assembly.ts';
import { percentile, round } from '../bench/figures.ts';
import { replayRun } from '../replay-run.ts';
import { withSimulatedCaptures } from '../simulation/assembly.ts';

type Plan = (typeof PLAN_NAMES)[number];

/** What a capture of a TradingView chart takes, in milliseconds. */
const CAPTURE_MS = [20_000, 25_000] as const;
/** As many browsers as the plans allow together. */
const BROWSERS = 20;

/** Alerts of one moment: users of each plan, and how many each of them sends. */
type Load = Readonly<Record<Plan, { users: number; each: number }>>;

/** Ten browsers are enough. */
const USUAL: Load = {
  premium: { users: 12, each: 1 },
  pro: { users: 9, each: 1 },
  basic: { users: 6, each: 1 },
  free: { users: 3, each: 1 },
};
/** A bar closes. */
const PEAK: Load = {
  premium: { users: 20, each: 4 },
  pro: { users: 10, each: 5 },
  basic: { users: 8, each: 5 },
  free: { users: 8, each: 5 },
};

/** At the second one users are told by what they waited at the first. */
const BARS = 2;

interface Sent {
  plan: Plan;
  id: string;
  estimated: number;
}

const receipt = z.object({ signal_id: z.string(), estimated_wait: z.number() });
const health = z.object({ queue_length: z.number(), active_workers: z.number() });
const ended = z.object({
  screenshot_status: z.enum(['pending', 'processing', 'completed', 'failed']),
  screenshot_url: z.string().nullable(),
  updated_at: z.string(),
});

/**
 * The peak of a bar's close, with simulated captures against the real queues and mappings: how long each plan's users wait,
 * what they are told, and when all is as before. `npm run proof -- queue 0.1` lets captures take a tenth of their time.
 */
export default async function queue(factor = '1'): Promise<boolean> {
  const scale = z.coerce.number().positive().parse(factor);
  const directory = await mkdtemp(join(tmpdir(), 'vigia-queue-'));
  const assembly = await synthesize({ root: ROOT, out: join(ROOT, 'cdk.out', 'test'), onProgress: console.log });
  const [least, most] = CAPTURE_MS;
  const uploads = new Map<string, number>();
  const run = await startLocalRun({
    ...replayRun(join(directory, 'data')),
    assembly: await withSimulatedCaptures(assembly, directory, [least * scale, most * scale]),
    intercept: countUploads(uploads),
    drawers: BROWSERS,
  });
  try {
    const api = clientOf(run.outputs);
    const users = await newUsers(api, 'peak', PEAK);
    const usual = await sendAll(api, await newUsers(api, 'usual', USUAL), 'usual');
    await untilBegun(api);
    console.log(JSON.stringify({ at_once_before: (await api.health()).active_workers, scale }));
    const all: Awaited<ReturnType<typeof waitsOf>> = [];
    for (let bar = 1; bar <= BARS; bar += 1) {
      const start = Date.now();
      const sent = await sendAll(api, users, `bar ${bar}`);
      const seen = await watch(api, start);
      const waits = await waitsOf(api, sent);
      for (const plan of PLAN_NAMES) {
        const ofPlan = waits.filter((one) => one.plan === plan);
        const waited = ofPlan.map((one) => one.waited);
        const told = ofPlan.map(({ estimated }) => estimated);
        console.log(
          JSON.stringify({ bar, plan, alerts: ofPlan.length, ...spread('waited', waited), ...spread('told', told) }),
        );
      }
      console.log(JSON.stringify({ bar, alerts: sent.length, ...seen }));
      all.push(...waits);
    }
    all.push(...(await waitsOf(api, usual)));
    const wrong = all.filter(({ isWell }) => !isWell).length;
    const twice = [...uploads.values()].filter((count) => count > 1).length;
    console.log(JSON.stringify({ captures: all.length, images: uploads.size, wrong, twice }));
    return wrong === 0 && twice === 0 && uploads.size === all.length;
  } finally {
    await run.close();
    await rm(directory, { recursive: true, force: true });
  }
}

/** Counts the images that are stored, by key. */
function countUploads(uploads: Map<string, number>): Intercept {
  return async ({ operation, request }, next) => {
    const response = await next();
    const isUpload = operation === 'PutObject' && request.path.includes('/images/') && response.status === 200;
    if (isUpload) uploads.set(request.path, (uploads.get(request.path) ?? 0) + 1);
    return response;
  };
}

type Api = ReturnType<typeof clientOf>;

function clientOf({ apiUrl, adminApiKey }: Outputs) {
  const headers = { 'x-api-key': adminApiKey, 'content-type': 'application/json' };
  /** As TradingView does: again after a 5xx, 5 s apart, up to four times in all. */
  const ask = async (url: string, init: RequestInit = { headers }): Promise<unknown> => {
    for (let sends = 1; ; sends += 1) {
      const response = await fetch(url, init);
      if (response.ok) return response.json();
      if (response.status < 500 || sends === 4) throw new Error(`An answer is ${response.status}`);
      await sleep(5000);
    }
  };
  return {
    newUser: async (id: string, plan: Plan) => {
      const made = await ask(`${apiUrl}/api/users`, { method: 'POST', headers, body: JSON.stringify({ id, plan }) });
      return z.object({ webhook_url: z.string() }).parse(made).webhook_url;
    },
    alert: async (url: string, body: string) =>
      receipt.parse(await ask(`${url}?chart=abcd1234`, { method: 'POST', body })),
    signal: async (id: string) => ended.parse(await ask(`${apiUrl}/api/signals/${id}`)),
    health: async () => health.parse(await ask(`${apiUrl}/health`)),
  };
}

interface Sender {
  plan: Plan;
  url: string;
  each: number;
}

async function newUsers(api: Api, name: string, load: Load): Promise<Sender[]> {
  const senders: Sender[] = [];
  for (const plan of PLAN_NAMES) {
    for (let index = 0; index < load[plan].users; index += 1) {
      senders.push({ plan, url: await api.newUser(`${name}-${plan}-${index}`, plan), each: load[plan].each });
    }
  }
  return senders;
}

async function sendAll(api: Api, senders: readonly Sender[], text: string): Promise<Sent[]> {
  const sent = senders.flatMap(({ plan, url, each }) =>
    Array.from({ length: each }, async (_, index) => {
      const { signal_id, estimated_wait } = await api.alert(url, `BINANCE:BTCUSDT buy at ${index + 1} (${text})`);
      return { plan, id: signal_id, estimated: estimated_wait };
    }),
  );
  return Promise.all(sent);
}

async function untilBegun(api: Api): Promise<void> {
  for (;;) {
    const { queue_length, active_workers } = await api.health();
    if (queue_length === 0 && active_workers > 0) return;
    await sleep(50);
  }
}

/** Until nothing waits and nothing runs; times are seconds since `start`. */
async function watch(api: Api, start: number) {
  const seconds = () => round((Date.now() - start) / 1000, 0);
  const seen = { at_once: 0, longest_queue: 0, queue_empty_after_s: 0 };
  for (;;) {
    const { queue_length, active_workers } = await api.health();
    seen.at_once = Math.max(seen.at_once, active_workers);
    seen.longest_queue = Math.max(seen.longest_queue, queue_length);
    if (queue_length > 0) seen.queue_empty_after_s = seconds();
    else if (active_workers === 0) return { ...seen, recovered_after_s: seconds() };
    await sleep(500);
  }
}

/** What became of each, in turn: to ask for all at once would be a peak of its own. */
async function waitsOf(api: Api, sent: readonly Sent[]) {
  const waits: Awaited<ReturnType<typeof waitOf>>[] = [];
  for (const one of sent) waits.push(await waitOf(api, one));
  return waits;
}

/** Seconds from an alert to its image. */
async function waitOf(api: Api, { plan, id, estimated }: Sent) {
  const { screenshot_status, screenshot_url, updated_at } = await api.signal(id);
  const isWell = screenshot_status === 'completed' && screenshot_url !== null && screenshot_url.includes('/1.png');
  return { plan, estimated, isWell, waited: (Date.parse(updated_at) - signalTime(id)) / 1000 };
}

function spread(name: string, values: number[]) {
  return {
    [`${name}_p50_s`]: round(percentile(values, 0.5), 0),
    [`${name}_p95_s`]: round(percentile(values, 0.95), 0),
  };
}
