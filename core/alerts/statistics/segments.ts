import { setTimeout } from 'node:timers/promises';
import { TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { cancellation, dynamodb, PASSING, type TransactWriteItem } from '../../aws/dynamodb.ts';
import { ApiError } from '../../http/errors.ts';
import { logger } from '../../log.ts';
import { repairSegment } from './history.ts';
import { ReadBudget } from './read-budget.ts';
import { noteOfChange, placeOf, readSegment } from './segment-items.ts';

/** Ten tries with waits of up to 20, 40, … 1,000 ms. */
const TRIES = 10;
const FIRST_WAIT_MS = 20;
const LONGEST_WAIT_MS = 1000;

/**
 * Writes a signal, and what else is given beside it, and notes in the same transaction that its segment has to follow.
 * Every change of a stored signal's facts, result or profit has to go through here, its deletion too; a change of its
 * capture, notes or counters need not.
 *
 * False where the condition of `write` did not hold; nothing is written then. Throws ApiError `unavailable` where too
 * many write the same segment for too long.
 */
export async function writeWithSegment(
  locator: string,
  signalId: string,
  write: TransactWriteItem,
  ...beside: TransactWriteItem[]
): Promise<boolean> {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    if (attempt > 0) await setTimeout(Math.random() * Math.min(FIRST_WAIT_MS * 2 ** (attempt - 1), LONGEST_WAIT_MS));
    const place = await placeOf(locator, signalId);
    try {
      const note = noteOfChange(locator, signalId, place);
      await dynamodb.send(new TransactWriteCommand({ TransactItems: [write, note, ...beside] }));
    } catch (error) {
      const reasons = cancellation(error);
      if (reasons[0] === 'ConditionalCheckFailed') return false;
      // Anything but another writer in the way, or a segment just made of signals that this one is among.
      if (!reasons.some((reason) => PASSING.has(reason ?? ''))) throw error;
      continue;
    }
    if ('segment' in place) await followAtOnce(locator, place.segment);
    return true;
  }
  throw new ApiError('unavailable', {}, { 'retry-after': '1' });
}

/** So that readers rarely find a segment behind its signals; what fails here is left to them. */
async function followAtOnce(locator: string, start: string): Promise<void> {
  try {
    const budget = new ReadBudget(4);
    const segment = await readSegment(locator, start, budget);
    if (segment) await repairSegment(locator, segment, budget);
  } catch (error) {
    logger.warn('A segment was left behind its signals', { error });
  }
}
