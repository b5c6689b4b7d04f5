import type { Permission } from './api-keys.ts';

/** Who calls the platform API; `endsAt`: when the credential does, in epoch milliseconds. */
export type Caller =
  | { kind: 'nobody' }
  | { kind: 'key'; prefix: string; permissions: readonly Permission[]; endsAt: number }
  /** The runner of a job, in one of its lives. */
  | { kind: 'job'; id: string; generation: number }
  /** An end user, by the `sub` of a JWT; not every `sub` is a user of ours. */
  | { kind: 'user'; userId: string; endsAt: number };

/** Whether the caller may see and change what belongs to this user; what a key may do with it is the route's matter. */
export function mayReach(caller: Caller, userId: string): boolean {
  return caller.kind === 'key' || (caller.kind === 'user' && caller.userId === userId);
}
