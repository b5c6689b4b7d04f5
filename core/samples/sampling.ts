import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod/mini';
import { readStats } from './reading.ts';
import { RunUsage } from './run-usage.ts';
import type { Sample } from './sample.ts';

/** A task that watches its own use, and tells of it each minute. */

export interface SamplingOptions {
  /** `ECS_CONTAINER_METADATA_URI_V4`. */
  metadataUri: string;
  /** Takes samples, oldest first; those of a call that rejects come again with the next one. */
  report: (samples: Sample[], task: MeasuredTask) => Promise<void>;
  /** Hears why nothing could be told, the first time and at the end. */
  onProblem: (message: string, error: unknown) => void;
}

/** Which task it is, by the metadata endpoint. */
export interface MeasuredTask {
  /** The ARN. */
  pid: string;
  /** Fargate's units, and MiB. */
  cpu: number;
  memory: number;
}

export interface Sampling {
  /** Reads and tells a last time, within a few seconds; never rejects. */
  stop(): Promise<void>;
}

const EACH_MS = 5000;
/** Many jobs take no longer than that: they are looked at more often. */
const BEGIN_MS = 10_000;
const EACH_AT_BEGIN_MS = 1000;
const ANSWER_MS = 2000;
/** With the grace of what is stopped (20 s, and some 2 s for its output) less than ECS's own (30 s). */
const LAST_MS = 7000;
const BETWEEN_MS = 20;
const AGAIN_MS = 250;
/** Samples that one report takes. */
export const REPORTED_SAMPLES = 60;
/** Samples that could not be told for a day will not be. */
const KEPT_SAMPLES = 1440;

const taskSchema = z.object({ TaskARN: z.string(), Limits: z.object({ CPU: z.number(), Memory: z.number() }) });

/**
 * Reads every five seconds, at the beginning each second, and reports each minute that is over, and the first reading at
 * once, so that a new task is soon seen. A task that knows nothing of itself (elsewhere than on Fargate and Linux) reports nothing.
 */
export function startSampling({ metadataUri, report, onProblem }: SamplingOptions): Sampling {
  const usage = new RunUsage();
  const stopping = new AbortController();
  let task: MeasuredTask | undefined;
  let waiting: Sample[] = [];
  let isFirst = true;
  let saidWhy = false;

  async function ask(path: string): Promise<unknown> {
    const response = await fetch(`${metadataUri}${path}`, { signal: AbortSignal.timeout(ANSWER_MS) });
    if (!response.ok) throw new Error(`The task metadata endpoint answered ${response.status}`);
    return response.json();
  }

  async function read(): Promise<void> {
    task ??= readTask(await ask('/task'));
    const reading = readStats(await ask('/stats'));
    if (reading) usage.add(reading);
  }

  /** @param more what is known of a minute that goes on; it comes again */
  async function tell(more: Sample[]): Promise<void> {
    waiting = [...waiting, ...usage.takeOver()].slice(-KEPT_SAMPLES);
    for (let told = [...waiting, ...more]; task && told.length > 0; told = told.slice(REPORTED_SAMPLES)) {
      await report(told.slice(0, REPORTED_SAMPLES), task);
      waiting = waiting.slice(REPORTED_SAMPLES);
      isFirst = false;
    }
  }

  async function sample(): Promise<void> {
    try {
      await read();
      await tell(isFirst ? usage.newest(false) : []);
    } catch (error) {
      // Once: it may go on for as long as the task does.
      if (!saidWhy) onProblem('What the task uses could not be told', error);
      saidWhy = true;
    }
  }

  async function run(): Promise<void> {
    const begin = Date.now();
    // Not all tasks at the same time.
    const phase = Math.random() * EACH_MS;
    while (!stopping.signal.aborted) {
      await sample();
      const now = Date.now();
      const each = now < begin + BEGIN_MS ? EACH_AT_BEGIN_MS : EACH_MS;
      const wait = each - ((now - phase) % each);
      await sleep(wait, undefined, { signal: stopping.signal, ref: false }).catch(() => {});
    }
  }

  async function last(): Promise<void> {
    await running;
    await read().catch(() => {});
    if (usage.newest(true).length === 0) {
      // A run so short was read once, or twice within the same millisecond; what it used lies between two readings.
      await sleep(BETWEEN_MS);
      await read().catch(() => {});
    }
    await tellAtLast(Date.now() + LAST_MS / 2);
  }

  /** Until then again and again: of a task that ends at once, who takes samples may not know yet that ECS has begun it. */
  async function tellAtLast(until: number): Promise<void> {
    for (;;) {
      try {
        return await tell(usage.newest(true));
      } catch (error) {
        if (Date.now() > until) throw error;
        await sleep(AGAIN_MS);
      }
    }
  }

  const running = run();
  return {
    async stop() {
      stopping.abort();
      await Promise.race([last(), sleep(LAST_MS)]).catch((error: unknown) =>
        onProblem('What the task used at last could not be told', error),
      );
    },
  };
}

function readTask(answer: unknown): MeasuredTask {
  const { TaskARN, Limits } = taskSchema.parse(answer);
  return { pid: TaskARN, cpu: Math.round(Limits.CPU * 1024), memory: Limits.Memory };
}
