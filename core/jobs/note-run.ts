import { lastSample, shortId } from '../samples/sample-records.ts';
import type { TaskRecord } from '../tasks/record.ts';
import { endedLife, ranOutOfMemory, tellingCpu } from './ended-run.ts';
import type { StoredJob } from './job-records.ts';
import { storeRun } from './run-records.ts';

/**
 * Keeps what a run used that has just ended, as evidence for forecasts: one that did what it was for, or had too little
 * memory for it. Those that failed of themselves or were stopped say nothing of what a whole run needs.
 */
export async function noteRun(stored: StoredJob, before: TaskRecord | undefined, now: number): Promise<void> {
  const life = before && endedLife(stored, before);
  const last = life && (await lastSample(shortId(life.pid), now));
  if (!life || !last) return;
  const { name: job_id, spec, task } = stored;
  const { run } = last.sample;
  const { memory_peak } = run;
  const out_of_memory = task.wanted === 'running' && ranOutOfMemory(life, memory_peak, spec.memory);
  if (!life.isWhole && !out_of_memory) return;
  const { pid, ran } = life;
  const { cpu, memory } = spec;
  await storeRun(spec.name, {
    job_id,
    pid,
    ended_at: now,
    ran,
    cpu,
    memory,
    cpu_p95: tellingCpu(run),
    memory_peak,
    out_of_memory,
  });
}
