import { setTimeout as sleep } from 'node:timers/promises';
import type { Ask, JobTenant, Plan } from './tenant.ts';
import type { Job, JobWorld, Mark, Schedule } from './world.ts';

/** What must hold of a tenant's jobs and schedules, whatever went wrong. */

/** The sweep comes each minute, and what it begins anew is there at the next. */
const REST_MS = 150_000;
const DRAIN_MS = 180_000;

export interface Evidence {
  world: JobWorld;
  /** By the name of their tenant. */
  jobs: ReadonlyMap<string, readonly Job[]>;
  schedules: ReadonlyMap<string, readonly Schedule[]>;
  /** What is not at rest. */
  left: string[];
}

/** What there is once all is at rest, or should be. */
export async function gather(world: JobWorld): Promise<Evidence> {
  let jobs = await world.jobs();
  const isAtRest = async () =>
    jobs.every(({ stopped_at }) => stopped_at !== null) && (await world.places()).length === 0;
  for (const until = Date.now() + REST_MS; !(await isAtRest()) && Date.now() < until; jobs = await world.jobs()) {
    await sleep(2000);
  }
  const pid = jobs.find((job) => job.pid !== null)?.pid ?? '';
  const left = [
    ...jobs.filter(({ stopped_at }) => stopped_at === null).map(({ id, status }) => `${id} is still ${status}`),
    ...(await world.places()).map((id) => `${id} still has a place`),
    ...(await world.queued()).map((id) => `${id} is still queued`),
    ...(await world.alive(pid)).map((task) => `${task} still runs`),
    ...(await world.drain(DRAIN_MS)).map((url) => `${url} is not empty`),
    ...[...(await world.deadLetters())].flatMap(([queue, letters]) => letters.map((body) => `${queue} holds ${body}`)),
  ];
  return {
    world,
    jobs: Map.groupBy(jobs, ({ name }) => name),
    schedules: Map.groupBy(await world.schedules(), ({ name }) => name),
    left,
  };
}

export async function violationsOf(tenant: JobTenant, { world, jobs, schedules }: Evidence): Promise<string[]> {
  const own = jobs.get(tenant.id) ?? [];
  const of = (file: string) => own.filter(({ env }) => env['ASK'] === file);
  const ofAsks = await Promise.all(tenant.asks.map((ask) => violationsOfAsk(ask, of(ask.file), world)));
  const ofPlans = await Promise.all(tenant.plans.map((plan) => violationsOfPlan(plan, of(plan.file), world)));
  const expected = tenant.plans.filter(({ isRemoved }) => !isRemoved).map(({ id }) => id);
  const found = (schedules.get(tenant.id) ?? []).map(({ id }) => id);
  return [
    ...tenant.violations,
    ...ofAsks.flat(),
    ...ofPlans.flat(),
    ...(found.join() === expected.join() ? [] : [`its schedules are ${found}, and not ${expected}`]),
  ];
}

/** One job, which has come to the end that it had to. */
async function violationsOfAsk(ask: Ask, found: readonly Job[], world: JobWorld): Promise<string[]> {
  const [job] = found;
  if (!job || found.length > 1 || job.id !== ask.id) {
    return [`${ask.file} was answered with ${ask.id || 'nothing'}, and the jobs are ${found.map(({ id }) => id)}`];
  }
  const marks = await world.marks(ask.file);
  const begun = marks.filter(({ what }) => what === 'begin').length;
  const says = `${job.id} is ${job.status} with ${job.exit_code} (${job.reason})`;
  const isRight = job.status === ask.status && (ask.code === null || job.exit_code === ask.code);
  const isOften = begun >= ask.runs && begun <= ask.mostRuns;
  const isLate = ask.begunAtEnd !== undefined && begun > ask.begunAtEnd;
  return [
    ...(isRight ? [] : [`${says}, and not ${ask.status} with ${ask.code}`]),
    ...(isOften ? [] : [`${says}, and its command began ${begun} times instead of ${ask.runs} to ${ask.mostRuns}`]),
    ...(isLate ? [`${job.id} began again after its end was said`] : []),
    ...inTurn(marks).map((text) => `${job.id}: ${text}`),
    ...printed(marks, await world.log(job.id)).map((text) => `${job.id}: ${text}`),
    ...consistent(job, begun).map((text) => `${says}: ${text}`),
  ];
}

/** A job for each time that it was to make one at. */
async function violationsOfPlan(plan: Plan, found: readonly Job[], world: JobWorld): Promise<string[]> {
  const marks = await world.marks(plan.file);
  const begun = marks.filter(({ what }) => what === 'begin').length;
  const others = found.filter(({ schedule_id, status }) => schedule_id !== plan.id || status !== 'succeeded');
  return [
    ...(found.length === plan.jobs ? [] : [`${plan.id} made ${found.length} jobs instead of ${plan.jobs}`]),
    ...(begun === plan.jobs ? [] : [`the command of ${plan.id} began ${begun} times instead of ${plan.jobs}`]),
    ...others.map(({ id, status, schedule_id }) => `${id} of ${schedule_id} is ${status}`),
    ...inTurn(marks).map((text) => `${plan.id}: ${text}`),
  ];
}

/** Never two at once, and each to its end. */
function inTurn(marks: readonly Mark[]): string[] {
  const order = marks.map(({ what, process }) => `${what} ${process}`);
  const isInTurn = marks.every(({ what, process }, index) => {
    const before = marks[index - 1];
    return what === 'begin' ? before?.what !== 'begin' : before?.what === 'begin' && before.process === process;
  });
  return isInTurn && marks.at(-1)?.what !== 'begin' ? [] : [`its runs were ${order.join(', ')}`];
}

/** Each run that came to its own end printed two lines, once. */
function printed(marks: readonly Mark[], log: readonly string[]): string[] {
  const whole = marks.filter(({ what, code }) => what === 'end' && code !== 143);
  return whole.flatMap(({ process }) => {
    const lines = log.filter((line) => line.endsWith(` of ${process}`));
    return lines.join() === `first of ${process},last of ${process}`
      ? []
      : [`its log has ${lines.join() || 'nothing'}`];
  });
}

/** The record agrees with itself, and with what ran. */
function consistent({ pid, attempts, restarts, duration, exit_code, reason }: Job, begun: number): string[] {
  const tasks = new Set([...attempts, ...(pid === null ? [] : [pid])]);
  return [
    ...(tasks.size >= begun ? [] : [`${begun} runs of ${tasks.size} tasks`]),
    ...(attempts.length <= restarts ? [] : [`${restarts} restarts of ${attempts.length} earlier tasks`]),
    ...(begun === 0 || duration !== null ? [] : ['it does not say how long it ran']),
    ...(exit_code === null || reason?.includes(`exit code ${exit_code}`) ? [] : ['its reason is of another code']),
  ];
}
