import type { LifecycleRule } from './bucket-properties.ts';

const DAY_MS = 86_400_000;

/** Days after `from`, rounded up to the next midnight UTC, as S3 counts. All in ms since 1970. */
function after(from: number, days: number): number {
  return Math.ceil((from + days * DAY_MS) / DAY_MS) * DAY_MS;
}

function rulesFor(rules: LifecycleRule[], key: string): LifecycleRule[] {
  return rules.filter((rule) => rule.Status === 'Enabled' && key.startsWith(rule.Prefix));
}

/** Whether a rule says that this object is to be deleted by now. */
export function isExpired(rules: LifecycleRule[], key: string, modifiedAt: number, now: number): boolean {
  return rulesFor(rules, key).some(
    ({ ExpirationInDays: days }) => days !== undefined && after(modifiedAt, days) <= now,
  );
}

/** Whether a rule says that this unfinished upload is to be aborted by now. */
export function isAbandoned(rules: LifecycleRule[], key: string, startedAt: number, now: number): boolean {
  return rulesFor(rules, key).some(
    ({ AbortIncompleteMultipartUpload: abort }) =>
      abort !== undefined && after(startedAt, abort.DaysAfterInitiation) <= now,
  );
}
