import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { conditionFailure, dynamodb } from '../aws/dynamodb.ts';
import { environment } from '../aws/environment.ts';
import {
  type Admission,
  type Attempt,
  admissionUpdate,
  type Credentials,
  passedAttributes,
  refusal,
  type TurnedAway,
  turnedAway,
} from './admission.ts';
import type { PlanLimits } from './plan-limits.ts';
import { userSchema } from './user.ts';
import { getUserByLocator, readUserItem, userKeyOf } from './users.ts';

/** What this process remembers of users; all of it may be forgotten at any time. */
const REMEMBERED = 1000;

/** Counters and notes that it saw on a user's item and that have passed: the next admission takes them along. */
const passedByLocator = new Map<string, string[]>();

/** Addresses that it found on a user's allowlist, and on which revision of the list. */
const verifiedRevisions = new Map<string, string>();

/**
 * Lets an alert in and counts it, or says why not: one write. An address that this process has not yet found on the
 * user's allowlist, as the list is now, takes a second one.
 */
export async function admit(locator: string, attempt: Attempt, plans: PlanLimits): Promise<Admission> {
  const passed = passedByLocator.get(locator) ?? [];
  passedByLocator.delete(locator);
  const sender = `${locator} ${attempt.address}`;
  let verified = verifiedRevisions.get(sender);
  for (;;) {
    try {
      const { Attributes } = await dynamodb.send(
        new UpdateCommand({
          TableName: environment('ALERTS_TABLE'),
          Key: userKeyOf(locator),
          ...admissionUpdate(attempt, plans, { passed, verified }),
          ReturnValues: 'ALL_NEW',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      );
      const user = userSchema.parse(Attributes);
      if (passedByLocator.size < REMEMBERED) passedByLocator.set(locator, passedAttributes(user, attempt.now));
      return { kind: 'admitted', user, notedAt: attempt.now };
    } catch (error) {
      const user = readUserItem(conditionFailure(error).item);
      if (!user) return { kind: 'unknown' };
      const away = turnedAway(user, attempt);
      if (away) return away;
      if (user.allowlist === undefined || user.allowlist === verified) return refusal(user, attempt, plans);
      verified = user.allowlist;
      if (verifiedRevisions.size >= REMEMBERED) verifiedRevisions.clear();
      verifiedRevisions.set(sender, verified);
    }
  }
}

/** Why nothing would be taken from these credentials, whatever they bring: one read. */
export async function findTurnedAway(locator: string, credentials: Credentials): Promise<TurnedAway | undefined> {
  const user = await getUserByLocator(locator);
  return user ? turnedAway(user, credentials) : { kind: 'unknown' };
}
