import fc from 'fast-check';
import { expect } from 'vitest';
import type { Job } from '../../../core/jobs/job.ts';
import { jobPolicy } from '../../../core/jobs/job-policy.ts';
import { due, isActive, type TaskEvent, type TaskRecord } from '../../../core/tasks/record.ts';

/** Jobs, ECS and the post between them and us: whatever may happen to jobs, in any order. */

/** Where records are told; false where there is no place. */
export interface JobStore {
  tell(name: string, event: TaskEvent, now: number): Promise<boolean>;
  records(): Promise<Map<string, TaskRecord>>;
  /** In the order of their turn. */
  queued(): Promise<string[]>;
  holders(): Promise<Set<string>>;
}

export const NAMES = ['a', 'b', 'c', 'd', 'e'];
export const PLACES = 2;
export const SPEC: Job = {
  name: 'any',
  command: ['true'],
  env: {},
  cpu: 256,
  memory: 512,
  timeout_seconds: 60,
  max_retries: 1,
  queue: true,
  schedule_id: null,
};
const POLICY = jobPolicy(SPEC);
const NOW = Date.parse('2026-11-22T10:00:00Z');
const SETTLED_MS = 61_000;

const job = fc.constantFrom(...NAMES);
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constantFrom('create', 'start'), job, queued: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('stop'), job }) },
  {
    weight: 8,
    arbitrary: fc.record({ kind: fc.constantFrom('attempt', 'launch', 'launch', 'refuse', 'no room'), job }),
  },
  {
    weight: 8,
    arbitrary: fc.record({ kind: fc.constantFrom('begin', 'succeed', 'crash', 'time out'), task: fc.nat(20) }),
  },
  { weight: 8, arbitrary: fc.record({ kind: fc.constantFrom('hear', 'hear again'), mail: fc.nat(40) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('sweep', 'wait', 'sweep', 'wait', 'ecs forgets') }) },
);
export const steps = fc.array(step, { minLength: 20, maxLength: 60, size: 'max' });
export type Step = typeof step extends fc.Arbitrary<infer One> ? One : never;

interface Task {
  name: string;
  generation: number;
  version: number;
  startedAt: number | null;
  end: { exitCode: number | null; ranUntil: number } | null;
  isForgotten: boolean;
}

const pidOf = ({ name, generation }: Pick<Task, 'name' | 'generation'>) => `arn:task/${name}/${generation}`;

export class World {
  now = NOW;
  readonly #store: JobStore;
  readonly #tasks: Task[] = [];
  readonly #mail: { name: string; event: TaskEvent }[] = [];
  /** Lives of which a launcher has said that it asks ECS for them, and has not yet: by name. */
  readonly #attempts = new Map<string, number>();
  /** Begun since their user asked for them. */
  readonly #begun = new Map<string, number>();

  constructor(store: JobStore) {
    this.#store = store;
  }

  async take(taken: Step): Promise<void> {
    if ('job' in taken) {
      const name = await this.#likely(taken.kind, taken.job);
      return this.#ask(taken.kind, name, 'queued' in taken && taken.queued);
    }
    if ('task' in taken) {
      const fits = this.#tasks.filter((it) => it.end === null && (it.startedAt === null) === (taken.kind === 'begin'));
      return this.#move(fits[taken.task % Math.max(1, fits.length)], taken.kind);
    }
    if ('mail' in taken) return this.#hear(taken.mail, taken.kind === 'hear again');
    if (taken.kind === 'wait') return this.#wait();
    if (taken.kind === 'sweep') return this.#sweep();
    this.#forgetAll();
    // The first sweep after it.
    await this.#wait();
    await this.#sweep();
  }

  /** What has to hold at any time. */
  async check(): Promise<void> {
    const records = await this.#store.records();
    const active = [...records].filter(([, it]) => isActive(it, POLICY));
    const names = (queued: boolean) => active.filter(([, it]) => it.queued === queued).map(([name]) => name);
    expect(await this.#store.holders()).toEqual(new Set(names(false)));
    expect((await this.#store.queued()).toSorted()).toEqual(names(true).toSorted());
    expect(names(false).length).toBeLessThanOrEqual(PLACES);
    for (const name of NAMES) {
      const alive = this.#tasks.filter((it) => it.name === name && it.end === null);
      expect(alive.length, `tasks of ${name} at once`).toBeLessThanOrEqual(1);
      expect(this.#begun.get(name) ?? 0).toBeLessThanOrEqual(SPEC.max_retries + 1);
    }
    for (const [name, it] of records) {
      const task = this.#tasks.find((one) => it.pid !== null && pidOf(one) === it.pid);
      // What is said to have ended has ended, and with that code.
      if (it.ended_at === null || !task) continue;
      expect(task.end, `${name} has ended`).not.toBeNull();
      if (it.exit_code !== null) expect(task.end?.exitCode).toBe(it.exit_code);
    }
  }

  /** Lets everything come to rest: nobody asks for anything more, and all that runs succeeds. */
  async settle(): Promise<void> {
    for (let round = 0; round < 30; round += 1) {
      while (this.#mail.length > 0) await this.#hear(0, false);
      await this.#wait();
      for (const name of NAMES) await this.#ask('launch', name, false);
      for (const task of this.#tasks) for (const kind of ['begin', 'succeed']) this.#move(task, kind);
      await this.#sweep();
      await this.check();
      const all = [...(await this.#store.records()).values()];
      if (this.#mail.length === 0 && all.every(({ ended_at }) => ended_at !== null)) break;
    }
    for (const it of (await this.#store.records()).values()) expect(it.ended_at).not.toBeNull();
    expect(await this.#store.holders()).toEqual(new Set());
    expect(await this.#store.queued()).toEqual([]);
    expect(this.#tasks.filter(({ end }) => end === null)).toEqual([]);
  }

  async #tell(name: string, event: TaskEvent): Promise<void> {
    const before = (await this.#store.records()).get(name);
    if (!(await this.#store.tell(name, event, this.now))) return;
    const after = (await this.#store.records()).get(name);
    if (after && after.asked_at !== before?.asked_at) this.#begun.set(name, 0);
    if (after && due(after) === 'stop') this.#kill(after.pid);
    await this.#admit();
  }

  async #admit(): Promise<void> {
    for (const name of await this.#store.queued()) {
      if (!(await this.#store.tell(name, { type: 'admitted' }, this.now))) return;
    }
  }

  /** Of the jobs for which a wish or a launch would change something, where there are any, else the named one. */
  async #likely(kind: string, name: string): Promise<string> {
    const records = await this.#store.records();
    const fits = NAMES.filter((it) => {
      const record = records.get(it);
      if (kind === 'create') return !record;
      if (kind === 'start') return record !== undefined && record.ended_at !== null;
      if (kind === 'stop') return record !== undefined && record.ended_at === null;
      return record !== undefined && due(record) === 'launch';
    });
    return fits.length === 0 || fits.includes(name) ? name : (fits[0] ?? name);
  }

  async #ask(kind: string, name: string, queued: boolean): Promise<void> {
    // Two wishes at the same millisecond are not told apart here.
    this.now += 1;
    if (kind === 'create' || kind === 'start') {
      const isKnown = (await this.#store.records()).has(name);
      if (kind === 'create' || isKnown) await this.#tell(name, { type: kind, queued });
      return;
    }
    if (kind === 'stop') return this.#tell(name, { type: 'stop' });
    if (kind === 'attempt') return this.#attempt(name);
    if (!this.#attempts.has(name)) await this.#attempt(name);
    const generation = this.#attempts.get(name);
    if (generation === undefined) return;
    this.#attempts.delete(name);
    const known = this.#tasks.find((it) => it.name === name && it.generation === generation);
    if (kind === 'launch') {
      if (!known) this.#tasks.push({ name, generation, version: 1, startedAt: null, end: null, isForgotten: false });
      this.#mail.push({ name, event: { type: 'launched', generation, pid: pidOf({ name, generation }) } });
    } else if (!known) {
      await this.#tell(name, { type: 'launch_failed', generation, reason: kind, counts: kind === 'refuse' });
    }
  }

  /** What is said of the record until ECS is asked, the launcher doesn't hear. */
  async #attempt(name: string): Promise<void> {
    const { generation = 0, launch_at = 0 } = (await this.#store.records()).get(name) ?? {};
    if (launch_at > this.now) return;
    await this.#store.tell(name, { type: 'attempt', generation }, this.now);
    const record = (await this.#store.records()).get(name);
    if (record?.generation === generation && due(record) === 'launch') this.#attempts.set(name, generation);
  }

  #move(task: Task | undefined, kind: string): void {
    if (!task || task.end !== null) return;
    if (kind === 'begin') {
      if (task.startedAt !== null) return;
      task.startedAt = this.now;
      this.#begun.set(task.name, (this.#begun.get(task.name) ?? 0) + 1);
    } else if (task.startedAt !== null) {
      if (kind === 'time out') this.now += SPEC.timeout_seconds * 1000;
      task.end = { exitCode: { succeed: 0, crash: 1, 'time out': 124 }[kind] ?? null, ranUntil: this.now };
    }
    task.version += 1;
    this.#mail.push({ name: task.name, event: this.#stateOf(task) });
  }

  #stateOf({ name, generation, version, startedAt, end }: Task): TaskEvent {
    const ended = end && { reason: `exit ${end.exitCode}`, counts: true, ...end };
    return { type: 'task', generation, pid: pidOf({ name, generation }), version, startedAt, end: ended };
  }

  #kill(pid: string | null): void {
    const task = this.#tasks.find((it) => pidOf(it) === pid);
    if (!task || task.end !== null) return;
    task.version += 1;
    task.end = { exitCode: task.startedAt === null ? null : 143, ranUntil: this.now };
    this.#mail.push({ name: task.name, event: this.#stateOf(task) });
  }

  async #hear(index: number, again: boolean): Promise<void> {
    const at = index % Math.max(1, this.#mail.length);
    const [mail] = again ? this.#mail.slice(at, at + 1) : this.#mail.splice(at, 1);
    if (!mail || !('pid' in mail.event) || mail.event.pid === null) return;
    const { name, event } = mail;
    await this.#tell(name, event);
    const record = (await this.#store.records()).get(name);
    const isWanted =
      record?.wanted === 'running' && record.generation === mail.event.generation && record.ended_at === null;
    if (!isWanted) this.#kill(mail.event.pid);
  }

  /** A minute, in which whoever launched has told of it. */
  async #wait(): Promise<void> {
    this.#attempts.clear();
    for (const { name, event } of this.#mail.filter((it) => it.event.type === 'launched')) {
      if (event.type !== 'launched') continue;
      await this.#tell(name, event);
      const record = (await this.#store.records()).get(name);
      if (record?.generation !== event.generation || record.ended_at !== null) this.#kill(event.pid);
    }
    this.now += SETTLED_MS;
  }

  async #sweep(): Promise<void> {
    for (const name of await this.#store.holders()) {
      const record = (await this.#store.records()).get(name);
      if (!record || record.ended_at !== null) continue;
      const { generation, pid } = record;
      const task = this.#tasks.find((it) => pidOf(it) === pid && !it.isForgotten);
      await this.#tell(name, task ? this.#stateOf(task) : { type: 'missing', generation, pid });
    }
    await this.#admit();
  }

  /** As after a restart of the local run: what ran is gone, and nobody is told. */
  #forgetAll(): void {
    for (const task of this.#tasks) {
      task.end ??= { exitCode: null, ranUntil: this.now };
      task.isForgotten = true;
    }
    this.#mail.splice(0);
  }
}
