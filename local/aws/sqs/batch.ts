import { AwsError } from '../service.ts';

interface Failure {
  Id: string;
  SenderFault: boolean;
  Code: string;
  Message: string;
}

/**
 * Does each entry by itself: one that is refused fails alone.
 * @throws AwsError where the batch as a whole is wrong: empty, more than 10 entries, ids twice or malformed
 */
export function eachEntry<E extends { Id: string }, R extends object>(
  entries: E[],
  act: (entry: E) => R,
): { Successful?: (R & { Id: string })[]; Failed?: Failure[] } {
  checkEntries(entries);
  const done: (R & { Id: string })[] = [];
  const failed: Failure[] = [];
  for (const entry of entries) {
    try {
      done.push({ ...act(entry), Id: entry.Id });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      failed.push({ Id: entry.Id, SenderFault: true, Code: error.code, Message: error.message });
    }
  }
  return { ...(done.length > 0 && { Successful: done }), ...(failed.length > 0 && { Failed: failed }) };
}

function checkEntries(entries: { Id: string }[]): void {
  if (entries.length === 0) throw new AwsError('EmptyBatchRequest', "The batch request doesn't contain any entries.");
  if (entries.length > 10) {
    throw new AwsError('TooManyEntriesInBatchRequest', `Maximum number of entries per request are 10.`);
  }
  for (const { Id } of entries) {
    if (/^[A-Za-z0-9_-]{1,80}$/.test(Id)) continue;
    throw new AwsError('InvalidBatchEntryId', 'A batch entry id can only contain alphanumeric characters, - and _.');
  }
  if (new Set(entries.map(({ Id }) => Id)).size < entries.length) {
    throw new AwsError('BatchEntryIdsNotDistinct', 'Two or more batch entries in the request have the same Id.');
  }
}
