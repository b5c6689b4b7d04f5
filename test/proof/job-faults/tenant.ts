import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Watched } from '../faults/injector.ts';
import type { Job, JobWorld } from './world.ts';

/** A caller sends again what was answered with a 5xx, or that something is in the way for a while. */
const RESEND_MS = 1000;
/** A claim of a request that died counts for 30 s. */
const LONGEST_RESEND_MS = 90_000;
/** A lost event is made good by the sweep a minute later, and then a task may be launched anew. */
const LONGEST_WAIT_MS = 240_000;
const LOOK_MS = 2000;
/** A time of a schedule that makes no job is heard by then, or it is heard later and makes none either. */
const HEARD_MS = 2000;

/**
 * Writes when it begins and ends, prints two lines, and exits with 3 as often as it is to fail. A stop ends the `sleep`,
 * too.
 */
const SCRIPT = `
echo "begin $$" >> "$FILE"
if [ "$(grep -c begin "$FILE")" -le "$FAILS" ]; then code=3; else code=0; fi
trap 'echo "end $$ 143" >> "$FILE"; exit 143' TERM
echo "first of $$"
sleep "$PAUSE"
echo "last of $$"
echo "end $$ $code" >> "$FILE"
exit "$code"`;

/** What is to become of a job that is asked for. */
interface Wanted {
  /** How often its command begins; at most as often as that where the two are not the same. */
  runs: number;
  mostRuns?: number;
  status?: Job['status'];
  /** Its exit code, 0 without it; null where it may have none. */
  code?: number | null;
}

interface Work extends Wanted {
  seconds?: number;
  fails?: number;
  retries?: number;
  timeout?: number;
  queue?: boolean;
}

/** A job that was asked for. */
export interface Ask extends Required<Wanted> {
  /** Where its commands write of themselves. */
  file: string;
  id: string;
  /** How often its command had begun when its end was said. */
  begunAtEnd?: number;
}

/** A schedule that was asked for. */
export interface Plan {
  file: string;
  id: string;
  generation: number;
  /** The times that are to come. */
  times: string[];
  /** How many jobs it is to make. */
  jobs: number;
  isRemoved: boolean;
}

const errorShape = z.looseObject({ code: z.string().optional() });
const made = z.looseObject({ id: z.string() });
const plan = z.looseObject({ id: z.string(), next_runs: z.array(z.string()) });
const PASSING = ['idempotency_key_in_use', 'too_many_jobs'];

/** One caller with jobs and schedules of its own, by its name. */
export class JobTenant {
  readonly id: string;
  readonly watched: Watched;
  readonly asks: Ask[] = [];
  readonly plans: Plan[] = [];
  /** What was seen to be wrong on the way. */
  readonly violations: string[] = [];
  readonly #world: JobWorld;
  #requests = 0;

  constructor(id: string, watched: Watched, world: JobWorld) {
    this.id = id;
    this.watched = watched;
    this.#world = world;
  }

  /** Asks for a job until it is there. */
  async make({ queue = false, ...work }: Work): Promise<Ask> {
    const { runs, mostRuns = runs, status = 'succeeded', code = 0 } = work;
    const file = this.#file();
    const ask = { file, id: '', runs, mostRuns, status, code };
    this.asks.push(ask);
    const json = await this.#send('POST', '/jobs', 201, { ...this.#request(file, work), queue });
    ask.id = made.parse(json).id;
    return ask;
  }

  async stop({ id }: Ask): Promise<void> {
    // Its own repeat may find it ended.
    await this.#send('DELETE', `/jobs/${id}`, 202, undefined, 'job_not_running');
  }

  /** Begins an ended job anew. */
  async restart(ask: Ask): Promise<void> {
    await this.#send('POST', `/jobs/${ask.id}/restart`, 200, {});
    ask.runs += 1;
    ask.mostRuns += 1;
    delete ask.begunAtEnd;
  }

  /** Waits until the job runs its command. */
  async runs(ask: Ask): Promise<void> {
    await this.comesTo(ask, 'its run', ({ status }) => status === 'running');
    await this.#until('the beginning of the command', async () => (await this.#world.marks(ask.file)).length > 0);
  }

  /** Waits for the job's end, in what state it may be. */
  async ends(ask: Ask): Promise<void> {
    await this.comesTo(ask, 'its end', ({ stopped_at }) => stopped_at !== null);
    ask.begunAtEnd = (await this.#world.marks(ask.file)).filter(({ what }) => what === 'begin').length;
  }

  /** Waits for the job's end, and has what is scheduled run until then. */
  async swept(ask: Ask): Promise<void> {
    await this.comesTo(ask, 'its end', ({ stopped_at }) => {
      if (stopped_at === null) this.#world.runSchedules();
      return stopped_at !== null;
    });
  }

  async comesTo({ id }: Ask, what: string, isThere: (job: Job) => boolean): Promise<void> {
    await this.#until(`${id}: ${what}`, async () => isThere(await this.#world.job(id)));
  }

  /** Makes a schedule of jobs that succeed. @param jobs how many it is to make */
  async schedule(when: { at: string } | { rate: string; overlap: boolean }, jobs: number): Promise<Plan> {
    const file = this.#file();
    const body = { ...this.#request(file, {}), ...when };
    const json = await this.#send('POST', '/schedules', 201, body);
    const { id, next_runs } = plan.parse(json);
    const schedule = { file, id, generation: 1, times: next_runs, jobs, isRemoved: false };
    this.plans.push(schedule);
    return schedule;
  }

  /** Lets the schedule's next time come. */
  async fire({ id, generation, times }: Plan): Promise<void> {
    await this.#world.fire(id, generation, times.shift() ?? new Date().toISOString());
    await sleep(HEARD_MS);
  }

  /** Waits until the schedule has made so many jobs and they have ended. */
  async made({ id, jobs }: Plan, count: number = jobs): Promise<void> {
    await this.#until(`${id}: job ${count}`, async () => {
      const { data } = await this.#world.vigia.GET('/schedules/{id}', { params: { path: { id } } });
      const ended = data?.last_runs.filter(({ status }) => status === 'succeeded') ?? [];
      return ended.length >= count;
    });
  }

  /** Lets the schedule rest, or go on. */
  async pause(schedule: Plan, isPaused: boolean): Promise<void> {
    await this.#send('PATCH', `/schedules/${schedule.id}`, 200, { enabled: !isPaused });
    if (isPaused) return;
    schedule.generation += 2;
  }

  async remove(schedule: Plan): Promise<void> {
    await this.#send('DELETE', `/schedules/${schedule.id}`, 204, undefined, 'schedule_not_found');
    schedule.isRemoved = true;
  }

  #file(): string {
    return `${this.id}-${this.asks.length + this.plans.length}`;
  }

  #request(file: string, { seconds = 0, fails = 0, retries = 0, timeout }: Omit<Work, keyof Wanted>) {
    return {
      name: this.id,
      command: ['sh', '-c', SCRIPT],
      env: { FILE: this.#world.file(file), ASK: file, PAUSE: String(seconds), FAILS: String(fails) },
      max_retries: retries,
      ...(timeout !== undefined && { timeout_seconds: timeout }),
    };
  }

  /**
   * Sends a request until it is answered for good.
   * @param late an error that says, at a repeat, that it was done before
   */
  async #send(method: string, path: string, wanted: number, body?: object, late?: string): Promise<unknown> {
    this.#requests += 1;
    const headers = {
      'x-api-key': this.#world.apiKey,
      'idempotency-key': `${this.id}/${this.#requests}`,
      'content-type': 'application/json',
    };
    let hasFailed = false;
    for (const until = Date.now() + LONGEST_RESEND_MS; ; await sleep(RESEND_MS)) {
      const response = await fetch(`${this.#world.apiUrl}${path}`, {
        method,
        headers,
        ...(body && { body: JSON.stringify(body) }),
      });
      const json: unknown = await response.json().catch(() => undefined);
      const { status } = response;
      const { code = '' } = errorShape.safeParse(json).data ?? {};
      if (status === wanted || (hasFailed && code === late)) return json;
      const isPassing = status >= 500 || PASSING.includes(code);
      if (!isPassing || Date.now() > until) throw new Error(`${method} ${path} was answered ${status} ${code}`);
      hasFailed ||= status >= 500;
    }
  }

  async #until(what: string, isTrue: () => Promise<boolean>): Promise<void> {
    for (const until = Date.now() + LONGEST_WAIT_MS; !(await isTrue()); await sleep(LOOK_MS)) {
      if (Date.now() > until) throw new Error(`${what} did not come`);
    }
  }
}
