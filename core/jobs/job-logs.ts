import {
  CloudWatchLogsClient,
  DeleteLogStreamCommand,
  DescribeLogStreamsCommand,
  GetLogEventsCommand,
  ResourceNotFoundException,
} from '@aws-sdk/client-cloudwatch-logs';
import * as z from 'zod/mini';
import { environment } from '../aws/environment.ts';
import { shortId } from '../samples/sample-records.ts';

/**
 * What jobs have printed: a stream of CloudWatch Logs for each run, which its log driver writes (`job/job/<task id>`). Runs
 * come one after the other, and so do their lines.
 */

const client = new CloudWatchLogsClient({});
const logGroupName = () => environment('JOB_LOG_GROUP');
const streamOf = (run: string) => `job/job/${run}`;

export interface LogLine {
  /** Epoch milliseconds. */
  timestamp: number;
  message: string;
  /** The short id of the task that printed it. */
  run: string;
}

/** Behind which line one reads on: so many lines after where a page of CloudWatch's begins. */
const positionSchema = z.object({
  run: z.string(),
  token: z.optional(z.string()),
  skip: z.number(),
  /** Only what came at this time or later; epoch milliseconds. */
  since: z.number(),
});
export type LogPosition = z.output<typeof positionSchema>;

export interface LogPage {
  /** Oldest first. */
  lines: LogLine[];
  next: LogPosition;
  /** Nothing more is there behind them for now. */
  isEnd: boolean;
  /** The time of the first line that was looked at, where older ones were not. */
  searchedFrom: number | undefined;
}

/** CloudWatch answers with a megabyte at most: so many times that is looked through for one request. */
const MOST_PAGES = 4;
const PAGE_LINES = 10_000;
/** What a Lambda's answer of 6 MB holds, with room for the rest of it. */
const ANSWER_BYTES = 5_000_000;
/** A control character in a line takes seven bytes there. */
const answerBytes = ({ message }: LogLine) => Buffer.byteLength(JSON.stringify(JSON.stringify(message))) + 150;

export function writePosition(position: LogPosition): string {
  return JSON.stringify(position);
}

/** @throws where it is none */
export function readPosition(text: string): LogPosition {
  return positionSchema.parse(JSON.parse(text));
}

/** Where a log begins whose runs are these. */
export function beginOfLog(runs: readonly string[], since: number): LogPosition {
  return { run: runs[0] ?? '', skip: 0, since };
}

interface Events {
  lines: LogLine[];
  forward: string | undefined;
  backward: string | undefined;
}

/** One answer of CloudWatch's; that there is no such stream yet, or none any more, is an empty one. */
async function eventsOf(
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
        startTime: asked.since,
        limit: asked.limit,
        nextToken: asked.token,
      }),
    );
    const lines = events.map(({ timestamp = 0, message = '' }) => ({ timestamp, message, run }));
    return { lines, forward: nextForwardToken, backward: nextBackwardToken };
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
    return { lines: [], forward: undefined, backward: undefined };
  }
}

type Matches = ((line: LogLine) => boolean) | undefined;

/** The lines of one answer. */
class Taken {
  readonly lines: LogLine[] = [];
  readonly #limit: number;
  readonly #matches: Matches;
  #room = ANSWER_BYTES;

  constructor(limit: number, matches: Matches) {
    this.#limit = limit;
    this.#matches = matches;
  }

  get isFull(): boolean {
    return this.lines.length === this.#limit || this.#room < 0;
  }

  /** How many events it takes to fill it. */
  get wanted(): number {
    return this.#matches ? PAGE_LINES : this.#limit - this.lines.length;
  }

  /** False where a line that matches does not fit any more. */
  offer(line: LogLine): boolean {
    if (this.#matches?.(line) === false) return true;
    this.#room -= answerBytes(line);
    if (this.lines.length > 0 && this.isFull) return false;
    this.lines.push(line);
    return true;
  }
}

/** At most `limit` lines behind a position, of those that match. */
export async function linesAfter(
  runs: readonly string[],
  from: LogPosition,
  limit: number,
  matches: Matches,
): Promise<LogPage> {
  const taken = new Taken(limit, matches);
  let next: LogPosition | undefined = runs.includes(from.run) ? from : beginOfLog(runs, from.since);
  const page = (position: LogPosition, isEnd: boolean): LogPage => {
    return { lines: taken.lines, next: position, isEnd, searchedFrom: undefined };
  };
  for (let read = 0, here = next; ; here = next) {
    if (here.run === '' || read === MOST_PAGES) return page(here, here.run === '');
    const { run, token, skip, since } = here;
    const asked = Math.min(PAGE_LINES, taken.wanted + skip + 1);
    const found = await eventsOf(run, { token, since, limit: asked, isForward: true });
    const rest = found.lines.findIndex((line, index) => index >= skip && !taken.offer(line));
    if (rest >= 0) return page({ ...here, skip: rest }, false);
    next = behind(runs, here, found);
    if (!next) return page(here, true);
    if (found.lines.length > 0) read += 1;
  }
}

/** Where one reads on behind all that was found; undefined where there is nothing for now. */
function behind(runs: readonly string[], here: LogPosition, found: Events): LogPosition | undefined {
  // CloudWatch answers the token that it was given where there is no more.
  if (found.lines.length > here.skip || found.forward !== here.token) return { ...here, token: found.forward, skip: 0 };
  const run = runs[runs.indexOf(here.run) + 1];
  return run === undefined ? undefined : { run, skip: 0, since: here.since };
}

/** The last `count` lines that match. */
export async function lastLines(
  runs: readonly string[],
  since: number,
  count: number,
  matches: Matches,
): Promise<LogPage> {
  const taken = new Taken(count, matches);
  let next = beginOfLog(runs.slice(-1), since);
  const page = (searchedFrom: number | undefined): LogPage => {
    return { lines: taken.lines.toReversed(), next, isEnd: true, searchedFrom };
  };
  let read = 0;
  let oldest: number | undefined;
  for await (const { run, lines, forward } of newestFirst(runs, since, taken)) {
    // Whoever follows goes on behind the newest page.
    if (run === next.run) next = { ...next, token: next.token ?? forward };
    if (lines.length === 0) continue;
    if (read === MOST_PAGES) return page(oldest);
    read += 1;
    oldest = lines[0]?.timestamp;
    if (!lines.toReversed().every((line) => taken.offer(line)) || taken.isFull) break;
  }
  return page(undefined);
}

/** The pages of all runs. */
async function* newestFirst(runs: readonly string[], since: number, taken: Taken) {
  for (const run of runs.toReversed()) {
    let token: string | undefined;
    for (let isMore = true; isMore; ) {
      const found = await eventsOf(run, { token, since, limit: taken.wanted, isForward: false });
      yield { run, ...found };
      isMore = found.backward !== undefined && found.backward !== token;
      token = found.backward;
    }
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
const MOST_LISTS = 10;

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
  return { deleted: deleted.length, more: !isOver || old.length > deleted.length };
}
