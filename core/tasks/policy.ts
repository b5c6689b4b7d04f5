/** What differs between kinds of tasks. */
export interface TaskPolicy {
  /**
   * It runs to an end of its own, which tells how it went and stays so until it is started again; it is active until
   * then. Without, it runs for as long as it is wanted, and is active for so long.
   */
  hasOutcome: boolean;
  /** What follows an end that nobody asked for. */
  next(history: History, end: LifeEnd, now: number, chance: number): Next;
}

/** What a record tells of the lives before. */
export interface History {
  ends: End[];
  /** Restarts since the last stable life. */
  streak: number;
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
