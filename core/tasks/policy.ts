import type { TaskRecord } from './record.ts';

/** What differs between kinds of tasks. */
export interface TaskPolicy {
  /**
   * It runs to an end of its own, which tells how it went and stays so until it is started again; it is active until
   * then. Without, it runs for as long as it is wanted, and is active for so long.
   */
  hasOutcome: boolean;
  /** What follows an end that nobody asked for. */
  next(record: TaskRecord, end: LifeEnd, now: number, chance: number): Next;
}

/** How a life ended. */
export interface LifeEnd {
  reason: string;
  /** By its own fault: not by Spot, for want of capacity or because the platform retires a machine. */
  counts: boolean;
  /** Whether its program may have begun. */
  began: boolean;
  /** For how many milliseconds it ran; null where it never started, or that is not known. */
  ran: number | null;
  exitCode: number | null;
}

/** Another life after a delay in milliseconds, or none: it is given up, or has done what it was for. */
export type Next = { ends: End[] } & ({ delay: number; streak: number } | { failure: string | null });

/** An end that counts. */
export interface End {
  at: number;
  /** For how long it ran; null where it never started. */
  ran: number | null;
}

/** Whether it is one of those that are limited, and is not started again. One that is queued is active too. */
export function isActive({ wanted, failure, ended_at }: TaskRecord, { hasOutcome }: TaskPolicy): boolean {
  return hasOutcome ? ended_at === null : wanted === 'running' && failure === null;
}
