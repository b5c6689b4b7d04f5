import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  due,
  reduce,
  shownPid,
  showsChange,
  statusOf,
  type TaskEvent,
  type TaskRecord,
} from '../../../core/tasks/record.ts';
import { keptRunning } from '../../../core/tasks/restart.ts';

const NOW = Date.parse('2026-11-22T10:00:00Z');
const MINUTE = 60_000;
const pidOf = (generation: number) => `arn:task/${generation}`;

function told(events: TaskEvent[], from?: TaskRecord, now = NOW): TaskRecord {
  const record = events.reduce<TaskRecord | undefined>((it, event) => reduce(it, event, now, 0, keptRunning), from);
  if (!record) throw new Error('There is no record');
  return record;
}

const attempt = (generation: number): TaskEvent => ({ type: 'attempt', generation });
const launched = (generation: number): TaskEvent => ({ type: 'launched', generation, pid: pidOf(generation) });
const task = (generation: number, version: number, end?: { ran: number; counts?: boolean }): TaskEvent => ({
  type: 'task',
  generation,
  pid: pidOf(generation),
  version,
  startedAt: NOW,
  end: end ? { reason: 'it died', exitCode: 1, counts: end.counts ?? true, ranUntil: NOW + end.ran } : null,
});

describe('a task that is to run', () => {
  test('starts, runs, and is started again under another pid when it ends', () => {
    const starting = told([{ type: 'start' }]);
    expect([statusOf(starting, undefined), due(starting), shownPid(starting)]).toEqual(['starting', 'launch', null]);
    const running = told([launched(1), task(1, 2)], starting);
    expect([statusOf(running, undefined), due(running), shownPid(running)]).toEqual(['running', undefined, pidOf(1)]);
    const waiting = told([task(1, 3, { ran: MINUTE })], running, NOW + MINUTE);
    expect([statusOf(waiting, undefined), due(waiting), shownPid(waiting)]).toEqual(['starting', 'launch', pidOf(1)]);
    expect(waiting).toMatchObject({ generation: 2, pid: null, restarts: 1, last_end: 'it died' });
    expect(waiting.launch_at).toBe(NOW + MINUTE + 5000);
  });

  test('runs from its first heartbeat on', () => {
    const record = told([{ type: 'start' }, launched(1)]);
    expect(statusOf(record, { generation: 1 })).toBe('running');
    expect(statusOf(record, { generation: 0 })).toBe('starting');
  });

  test('shows a change where a reader sees one, and not for each version that ECS tells', () => {
    const [asked, taken, running, ended] = [
      told([{ type: 'start' }]),
      told([{ type: 'start' }, launched(1)]),
      told([{ type: 'start' }, launched(1), task(1, 2)]),
      told([{ type: 'start' }, launched(1), task(1, 2), task(1, 4, { ran: MINUTE })]),
    ];
    expect(
      [undefined, asked, taken, running].map((before, at) =>
        showsChange(before, [asked, taken, running, ended][at] ?? asked),
      ),
    ).toEqual(Array(4).fill(true));
    expect(showsChange(running, told([task(1, 3)], running))).toBe(false);
    expect(showsChange(running, told([{ type: 'stop' }], running))).toBe(true);
  });

  test('is in error after five quick ends, with the reason, until the user starts it again', () => {
    let record = told([{ type: 'start' }]);
    for (let life = 1; life <= 5; life += 1) {
      expect(statusOf(record, undefined)).toBe('starting');
      record = told([launched(life), task(life, 2, { ran: 1000 })], record);
    }
    expect([statusOf(record, undefined), due(record), record.failure]).toEqual(['error', undefined, 'it died']);
    expect(shownPid(record)).toBe(pidOf(5));
    const again = told([{ type: 'start' }], record);
    expect(again).toMatchObject({ generation: 6, failure: null, ends: [], streak: 0 });
    expect(due(again)).toBe('launch');
  });

  test('waits longer each time, and 5 s again after ten stable minutes', () => {
    let record = told([{ type: 'start' }]);
    const delays = [MINUTE, MINUTE, MINUTE, 10 * MINUTE, MINUTE].map((ran, index) => {
      record = told([launched(index + 1), task(index + 1, 2, { ran })], record);
      return (record.launch_at - NOW) / 1000;
    });
    expect(delays).toEqual([5, 10, 20, 5, 10]);
  });

  test('is never given up for Spot or want of capacity', () => {
    let record = told([{ type: 'start' }]);
    for (let life = 1; life <= 50; life += 1) {
      const end: TaskEvent = { type: 'launch_failed', generation: life, reason: 'no capacity', counts: false };
      record = told([life % 2 ? end : task(life, 2, { ran: 0, counts: false })], record);
    }
    expect(statusOf(record, undefined)).toBe('starting');
    expect(record.launch_at - NOW).toBe(300_000);
  });

  test('ends at once when it is stopped before ECS was asked, and after that when ECS has told of its end', () => {
    const asked = told([{ type: 'start' }]);
    expect(told([{ type: 'stop' }, attempt(1)], asked)).toMatchObject({ ended_at: NOW, attempted: false });
    const attempted = told([attempt(1), { type: 'stop' }], asked);
    expect(attempted).toMatchObject({ ended_at: null, attempted: true });
    expect(due(told([launched(1)], attempted))).toBe('stop');
    expect(told([launched(1), task(1, 4, { ran: MINUTE })], attempted).ended_at).toBe(NOW);
    // The next life has not been asked for.
    const again = told([attempt(1), task(1, 2, { ran: 0 })], asked);
    expect(told([{ type: 'stop' }], again)).toMatchObject({ generation: 2, ended_at: NOW });
  });

  test('that ECS has just taken may be missing, later not', () => {
    const record = told([{ type: 'start' }, launched(1)]);
    const missing: TaskEvent = { type: 'missing', generation: 1, pid: pidOf(1) };
    expect(told([missing], record, NOW + 59_999)).toBe(record);
    expect(told([missing], record, NOW + MINUTE)).toMatchObject({ generation: 2, ends: [] });
  });
});

/** What may happen, in any order: the user's wishes, the tasks' lives, and what is heard of them late or twice. */
type Step =
  | { kind: 'start' | 'stop' | 'launch' | 'refuse' | 'wait' }
  | { kind: 'begin' | 'die'; task: number; counts: boolean }
  | { kind: 'hear'; mail: number; again: boolean };

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('start' as const, 'stop' as const) }) },
    {
      weight: 5,
      arbitrary: fc.record({ kind: fc.constantFrom('launch' as const, 'refuse' as const, 'wait' as const) }),
    },
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constantFrom('begin' as const, 'die' as const),
        task: fc.nat(30),
        counts: fc.boolean(),
      }),
    },
    { weight: 8, arbitrary: fc.record({ kind: fc.constant('hear' as const), mail: fc.nat(60), again: fc.boolean() }) },
  ),
  { maxLength: 80 },
);

/** ECS and the post between it and us. */
class World {
  record: TaskRecord | undefined;
  now = NOW;
  lastWish: 'start' | 'stop' | undefined;
  readonly tasks: { generation: number; version: number; startedAt: number | null; dead: boolean }[] = [];
  readonly mail: TaskEvent[] = [];
  readonly heard: TaskEvent[] = [];

  hear(event: TaskEvent): void {
    const before = this.record;
    this.record = reduce(before, event, this.now, 0.5, keptRunning);
    // The same thing heard twice changes nothing the second time.
    expect(reduce(this.record, event, this.now, 0.5, keptRunning)).toBe(this.record);
    if (before && 'generation' in event && event.generation !== before.generation) expect(this.record).toBe(before);
    if (before && this.record) expect(this.record.generation).toBeGreaterThanOrEqual(before.generation);
  }

  step(step: Step): void {
    const { record } = this;
    switch (step.kind) {
      case 'start':
      case 'stop':
        this.hear({ type: step.kind });
        this.lastWish = step.kind;
        return;
      case 'wait':
        this.now += 30_000;
        return;
      case 'launch':
        if (!record || due(record) !== 'launch') return;
        this.hear(attempt(record.generation));
        // RunTask twice for one generation is one task.
        if (!this.taskOf(record.generation))
          this.tasks.push({ generation: record.generation, version: 1, startedAt: null, dead: false });
        this.mail.push(launched(record.generation));
        return;
      case 'refuse':
        if (!record || due(record) !== 'launch' || this.taskOf(record.generation)) return;
        this.hear({ type: 'launch_failed', generation: record.generation, reason: 'refused', counts: true });
        return;
      case 'begin':
      case 'die':
        this.move(step);
        return;
      case 'hear': {
        const index = step.mail % Math.max(1, this.mail.length);
        const [event] = step.again ? this.mail.slice(index, index + 1) : this.mail.splice(index, 1);
        if (event) this.hear(event);
      }
    }
  }

  taskOf(generation: number) {
    return this.tasks.find((it) => it.generation === generation);
  }

  move(step: { kind: 'begin' | 'die'; task: number; counts: boolean }): void {
    const found = this.tasks[step.task % Math.max(1, this.tasks.length)];
    if (!found || found.dead || (step.kind === 'begin' && found.startedAt !== null)) return;
    found.version += 1;
    if (step.kind === 'begin') found.startedAt = this.now;
    else found.dead = true;
    const { generation, version, startedAt } = found;
    const end = found.dead ? { reason: 'it died', exitCode: 1, counts: step.counts, ranUntil: this.now } : null;
    this.mail.push({ type: 'task', generation, pid: pidOf(generation), version, startedAt, end });
  }

  check(): void {
    const { record, lastWish } = this;
    if (!record) return;
    if (lastWish === 'stop') {
      expect(statusOf(record, { generation: record.generation })).toBe('stopped');
      expect(due(record)).not.toBe('launch');
    }
    expect(record.wanted).toBe(lastWish === 'stop' ? 'stopped' : 'running');
    expect(record.past_pids).toEqual([...new Set(record.past_pids)]);
    if (record.pid === null) return;
    expect(record.pid).toBe(pidOf(record.generation));
    expect(record.past_pids).not.toContain(record.pid);
  }
}

test('whatever happens in whatever order: a stop wins, lives never come back, and all agree in the end', () => {
  fc.assert(
    fc.property(steps, fc.infiniteStream(fc.nat()), (taken, order) => {
      const world = new World();
      for (const step of taken) {
        world.step(step);
        world.check();
      }
      while (world.mail.length > 0) {
        const [event] = world.mail.splice((order.next().value ?? 0) % world.mail.length, 1);
        if (event) world.hear(event);
        world.check();
      }
      const { record } = world;
      if (!record || record.pid === null) return;
      expect(record.ended_at !== null).toBe(world.taskOf(record.generation)?.dead);
    }),
    { numRuns: 500 },
  );
});
