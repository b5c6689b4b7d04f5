import {
  CloudWatchLogsClient,
  DeleteLogStreamCommand,
  DescribeLogStreamsCommand,
  GetLogEventsCommand,
  InvalidParameterException,
  ResourceNotFoundException,
} from '@aws-sdk/client-cloudwatch-logs';
import { environment } from '../aws/environment.ts';
import { ApiError } from '../http/errors.ts';
import { shortId } from '../samples/sample-records.ts';

/** A stream of CloudWatch Logs for each run of a job, which its log driver writes: `job/job/<task id>`. */

const client = new CloudWatchLogsClient({});
const logGroupName = () => environment('JOB_LOG_GROUP');
const streamOf = (run: string) => `job/job/${run}`;

/** The log driver cuts lines at 262,144 bytes; none may be too large for an answer. */
const LINE_CHARACTERS = 500_000;

export interface LogLine {
  /** Epoch milliseconds. */
  timestamp: number;
  message: string;
  /** The short id of the task that printed it. */
  run: string;
}

/** A page of a run's lines, and where the next ones begin. */
export interface Events {
  lines: LogLine[];
  forward: string | undefined;
  backward: string | undefined;
}

/**
 * One answer of CloudWatch's; that there is no such stream yet, or none any more, is an empty one.
 * @throws ApiError invalid_cursor where the token is not taken any more: they are good for a day
 */
export async function eventsOf(
  run: string,
  asked: { token?: string | undefined; since: number; limit: number; isForward: boolean },
): Promise<Events> {
  try {
    const {
      events = [],
      nextForwardToken,
      nextBackwardToken,
    } = await client.send(
      new GetLogEventsCommand({
        logGroupName: logGroupName(),
        logStreamName: streamOf(run),
        startFromHead: asked.isForward,
        startTime: Math.max(0, asked.since),
        limit: asked.limit,
        nextToken: asked.token,
      }),
    );
    const lines = events.map(({ timestamp = 0, message = '' }) => {
      return { timestamp, message: message.slice(0, LINE_CHARACTERS), run };
    });
    return { lines, forward: nextForwardToken, backward: nextBackwardToken };
  } catch (error) {
    if (asked.token !== undefined && error instanceof InvalidParameterException) throw new ApiError('invalid_cursor');
    if (!(error instanceof ResourceNotFoundException)) throw error;
    return { lines: [], forward: undefined, backward: undefined };
  }
}

/** Deletes what these runs have printed. */
export async function deleteLogs(runs: readonly string[]): Promise<void> {
  for (const run of runs) await deleteStream(streamOf(run));
}

async function deleteStream(logStreamName: string): Promise<void> {
  try {
    await client.send(new DeleteLogStreamCommand({ logGroupName: logGroupName(), logStreamName }));
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
  }
}

/** CloudWatch deletes some 15 streams a second, and lists 50 at once. */
const DELETED_AT_ONCE = 100;
/** Those of runs that printed nothing come first, however young they are. */
const MOST_LISTS = 100;

/**
 * Deletes what runs printed whose last line, or begin, is before a time (CloudWatch may know of a last line an hour late).
 * @param running short ids of the tasks that are left alone
 * @returns how many runs' output was deleted, and whether there is more to delete
 */
export async function deleteOldLogs(
  before: number,
  running: ReadonlySet<string>,
): Promise<{ deleted: number; more: boolean }> {
  const old: string[] = [];
  let nextToken: string | undefined;
  let isOver = false;
  // All of them first: what is deleted would shift the pages behind it.
  for (let list = 0; list < MOST_LISTS && !isOver && old.length <= DELETED_AT_ONCE; list += 1) {
    const answer = await client.send(
      new DescribeLogStreamsCommand({ logGroupName: logGroupName(), orderBy: 'LastEventTime', nextToken }),
    );
    for (const { logStreamName = '', lastEventTimestamp, creationTime = 0 } of answer.logStreams ?? []) {
      // Those without a line have no place in the order.
      if ((lastEventTimestamp ?? 0) >= before) isOver = true;
      else if (Math.max(lastEventTimestamp ?? 0, creationTime) < before && !running.has(shortId(logStreamName))) {
        old.push(logStreamName);
      }
    }
    nextToken = answer.nextToken;
    isOver ||= nextToken === undefined;
  }
  const deleted = old.slice(0, DELETED_AT_ONCE);
  for (const stream of deleted) await deleteStream(stream);
  // Where nothing was found in so many, nothing would be the next time.
  return { deleted: deleted.length, more: deleted.length > 0 && (!isOver || old.length > deleted.length) };
}
