import { EVERYBODY } from '../../core/push/listener.ts';
import { pushLater } from '../../core/push/push-later.ts';
import { presentProcess, presentSystem } from '../../core/samples/process-shape.ts';
import { samplesNow, sumUp } from '../../core/samples/summing.ts';

/** A WebSocket message holds 128 KB, and a process takes some 600 bytes of it. */
const PUSHED_PROCESSES = 150;

/** Sums what tasks have used, and tells dashboards of what they use now: all together, and those that use the most CPU. */
export async function tellUsage(now: number): Promise<void> {
  await sumUp(now);
  const samples = await samplesNow(now);
  const busiest = samples.toSorted((a, b) => b.sample.cpu.percent - a.sample.cpu.percent).slice(0, PUSHED_PROCESSES);
  await pushLater(
    EVERYBODY,
    'metrics',
    { ...presentSystem(samples, now), processes: busiest.map(presentProcess) },
    now,
  );
}
