import { readdirSync, readFileSync } from 'node:fs';

/** What a process and all that descend from it use; counters grow over the life of the tree. */
export interface TreeUsage {
  cpuNanoseconds: number;
  /** Resident; pages that several of its processes share count in each. */
  memoryBytes: number;
  readBytes: number;
  writeBytes: number;
}

/** The kernel tells user space of time in hundredths of a second, on every machine. */
const TICK_NANOSECONDS = 10_000_000;

/** Several tasks are asked for at about the same time. */
const TABLE_MS = 500;
let table: { at: number; children: Map<number, number[]> } | undefined;

/**
 * As Linux tells in /proc; undefined where there is no such process. What a process has reaped counts as its own, so that
 * nothing is forgotten with a child that ends.
 * Source: proc_pid_stat(5), proc_pid_status(5), proc_pid_io(5)
 */
export function usageOfTree(root: number): TreeUsage | undefined {
  if (statOf(root) === undefined) return undefined;
  const sum: TreeUsage = { cpuNanoseconds: 0, memoryBytes: 0, readBytes: 0, writeBytes: 0 };
  const left = [root];
  for (let pid = left.pop(); pid !== undefined; pid = left.pop()) {
    left.push(...(childrenByParent().get(pid) ?? []));
    sum.cpuNanoseconds += (statOf(pid)?.ticks ?? 0) * TICK_NANOSECONDS;
    sum.memoryBytes += 1024 * number(`/proc/${pid}/status`, /^VmRSS:\s+(\d+) kB$/m);
    sum.readBytes += number(`/proc/${pid}/io`, /^read_bytes: (\d+)$/m);
    sum.writeBytes += number(`/proc/${pid}/io`, /^write_bytes: (\d+)$/m);
  }
  return sum;
}

function childrenByParent(): Map<number, number[]> {
  const now = performance.now();
  if (table && now < table.at + TABLE_MS) return table.children;
  const children = new Map<number, number[]>();
  for (const entry of readdirSync('/proc')) {
    const pid = Number(entry);
    const stat = Number.isInteger(pid) ? statOf(pid) : undefined;
    if (!stat) continue;
    const siblings = children.get(stat.parent);
    if (siblings) siblings.push(pid);
    else children.set(stat.parent, [pid]);
  }
  table = { at: now, children };
  return children;
}

function statOf(pid: number): { parent: number; ticks: number } | undefined {
  const text = read(`/proc/${pid}/stat`);
  if (text === undefined) return undefined;
  // The second field is a name in parentheses, which may hold anything; those behind it are state, parent, …
  const fields = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const [user = 0, system = 0, reapedUser = 0, reapedSystem = 0] = fields.slice(11, 15);
  return { parent: fields[1] ?? 0, ticks: user + system + reapedUser + reapedSystem };
}

/** 0 where the file can't be read (its process has ended) or lacks the line. */
function number(file: string, line: RegExp): number {
  return Number(line.exec(read(file) ?? '')?.[1] ?? 0);
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
