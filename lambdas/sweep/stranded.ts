/** Longer than any queue of captures should be. */
const LONGEST_WAIT_MS = 24 * 60 * 60 * 1000;

/**
 * Whether a capture that has not moved for long has lost its job. As long as its queue is not empty, the job may just wait
 * its turn there: to ask again would put it behind all others.
 * @param waiting jobs in the queue where its own would be
 * @param still milliseconds for which it has not moved
 */
export function isStranded(waiting: number, still: number): boolean {
  return waiting === 0 || still > LONGEST_WAIT_MS;
}
