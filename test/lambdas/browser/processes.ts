import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

/** Processes of this machine whose command line holds `text`. */
export function processesWith(text: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => readProc(pid, 'cmdline').includes(text));
}

/** Resolves once `condition` holds; rejects after five seconds. */
export async function until(condition: () => boolean): Promise<void> {
  for (let waited = 0; !condition(); waited += 20) {
    if (waited > 5_000) throw new Error('It did not come to be within five seconds');
    await wait(20);
  }
}

/** Proportional set size of a process and all below it, in bytes. */
export function memoryOf(root: number): number {
  const own = Number(/^Pss:\s+(\d+)/m.exec(readProc(root, 'smaps_rollup'))?.[1] ?? 0) * 1_024;
  return childrenOf(root).reduce((sum, pid) => sum + memoryOf(pid), own);
}

function childrenOf(root: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => parentOf(pid) === root);
}

/** Not a number where the process has gone by now. */
export function parentOf(pid: number): number {
  const [, parent] = readProc(pid, 'stat')
    .replace(/^.*\) /s, '')
    .split(' ');
  return Number(parent ?? Number.NaN);
}

/** Empty where the process has gone by now. */
function readProc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
