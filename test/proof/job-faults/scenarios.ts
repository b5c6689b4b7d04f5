import type { JobTenant } from './tenant.ts';

/** What happens to a tenant's jobs: together these go all the ways of a job and of a schedule. */
export interface Scenario {
  name: string;
  /** How many places others leave to tenants; all of them without it. */
  places?: number;
  /** Whether what is scheduled takes part. */
  isSwept?: boolean;
  play(tenant: JobTenant): Promise<void>;
}

const LONG = 600;
/** A request that died is taken again after 30 s, and is to find a time that is still to come. */
const LATER_MS = 45_000;
const STOPPED = { status: 'stopped', code: null } as const;

const USUAL: readonly Scenario[] = [
  {
    name: 'succeeds',
    play: async (tenant) => {
      const job = await tenant.make({ runs: 1 });
      await tenant.ends(job);
    },
  },
  {
    name: 'fails, and is tried again',
    play: async (tenant) => {
      const job = await tenant.make({ fails: 1, retries: 1, runs: 2 });
      await tenant.ends(job);
    },
  },
  {
    name: 'fails for good',
    play: async (tenant) => {
      const job = await tenant.make({ fails: 1, runs: 1, status: 'failed', code: 3 });
      await tenant.ends(job);
    },
  },
  {
    name: 'stopped while it starts',
    play: async (tenant) => {
      const job = await tenant.make({ seconds: LONG, runs: 0, mostRuns: 1, ...STOPPED });
      await tenant.stop(job);
      await tenant.ends(job);
    },
  },
  {
    name: 'stopped while it runs',
    play: async (tenant) => {
      const job = await tenant.make({ seconds: LONG, runs: 1, status: 'stopped', code: 143 });
      await tenant.runs(job);
      await tenant.stop(job);
      await tenant.ends(job);
    },
  },
  {
    name: 'stopped before it is tried again',
    play: async (tenant) => {
      const job = await tenant.make({ fails: 9, retries: 9, runs: 1, mostRuns: 10, ...STOPPED, code: 3 });
      await tenant.comesTo(job, 'its next attempt', ({ restarts }) => restarts > 0);
      await tenant.stop(job);
      await tenant.ends(job);
    },
  },
  {
    name: 'begun anew after its end',
    play: async (tenant) => {
      const job = await tenant.make({ runs: 1 });
      await tenant.ends(job);
      await tenant.restart(job);
      await tenant.ends(job);
    },
  },
  {
    name: 'its time is over',
    play: async (tenant) => {
      const job = await tenant.make({ seconds: LONG, timeout: 1, retries: 3, runs: 1, status: 'timed_out', code: 124 });
      await tenant.ends(job);
    },
  },
  {
    name: 'scheduled once',
    play: async (tenant) => {
      const at = new Date(Date.now() + LATER_MS).toISOString();
      const schedule = await tenant.schedule({ at }, 1);
      await tenant.made(schedule);
    },
  },
  {
    name: 'scheduled, paused, and deleted',
    play: async (tenant) => {
      const schedule = await tenant.schedule({ rate: '1 hour', overlap: true }, 2);
      await tenant.fire(schedule);
      await tenant.made(schedule, 1);
      await tenant.pause(schedule, true);
      await tenant.fire(schedule);
      await tenant.pause(schedule, false);
      await tenant.fire(schedule);
      await tenant.made(schedule, 2);
      await tenant.remove(schedule);
      await tenant.fire(schedule);
    },
  },
];

const CROWDED: readonly Scenario[] = [
  {
    name: 'queued behind others, and let in',
    places: 2,
    play: async (tenant) => {
      const first = await Promise.all([1, 2].map(() => tenant.make({ queue: true, seconds: 1, runs: 1 })));
      const next = await tenant.make({ queue: true, runs: 1 });
      const unwanted = await tenant.make({ queue: true, seconds: LONG, runs: 0, mostRuns: 1, ...STOPPED });
      await tenant.stop(unwanted);
      for (const job of [...first, next, unwanted]) await tenant.ends(job);
    },
  },
];

const SWEPT: readonly Scenario[] = [
  {
    name: 'looked at by the sweep',
    isSwept: true,
    play: async (tenant) => {
      const job = await tenant.make({ seconds: 4, runs: 1 });
      await tenant.swept(job);
    },
  },
];

/** Played one after the other, each with its scenarios at once. */
export const ACTS: readonly (readonly Scenario[])[] = [USUAL, CROWDED, SWEPT];
