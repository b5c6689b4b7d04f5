import { z } from 'zod';
import { ACCOUNT, AwsError, REGION } from '../service.ts';
import { compileFilterPattern } from './filter-pattern.ts';
import type { EventQuery, LogEvent, LogPosition } from './schema.ts';
import type { LogStore } from './store.ts';

/** The most events in an answer, and the most bytes. */
const MOST_EVENTS = 10_000;
const MOST_BYTES = 1024 * 1024;
/** What CloudWatch Logs counts for an event besides its message. */
const EVENT_OVERHEAD = 26;
/** For so long a token is good. */
const TOKEN_MS = 24 * 60 * 60 * 1000;

type Operation = (store: LogStore, input: unknown) => unknown;

const invalid = (message: string) => new AwsError('InvalidParameterException', message);

/** @throws AwsError InvalidParameterException that names each wrong member */
function operation<S extends z.ZodType>(
  schema: S,
  answer: (store: LogStore, input: z.output<S>) => unknown,
): Operation {
  return (store, input) => {
    const result = schema.safeParse(input);
    if (result.success) return answer(store, result.data) ?? {};
    throw invalid(result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; '));
  };
}

/** `arn:aws:logs:eu-west-1:000000000000:log-group:NAME`, without the `:*` that CloudFormation's Arn adds. */
export function logGroupArn(name: string): string {
  return `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:${name}`;
}

/** The resource of calls on one stream; with an empty stream that of calls which read a whole group. */
export function logStreamArn(group: string, stream: string): string {
  return `${logGroupArn(group)}:log-stream:${stream}`;
}

/** `f/` marks a page that goes on to newer events, `b/` one that goes back; at last the time at which it was given. */
function token(direction: 'f' | 'b', at: LogPosition, now: number): string {
  return `${direction}/${at.timestamp}/${at.id}/${now}`;
}

function parseToken(text: string, now: number): { direction: string; at: LogPosition } {
  const [, direction, timestamp, id, given] = /^([fb])\/(\d{1,15})\/(-?\d{1,15})\/(\d{1,15})$/.exec(text) ?? [];
  if (direction === undefined || now > Number(given) + TOKEN_MS) throw invalid('The specified nextToken is invalid.');
  return { direction, at: { timestamp: Number(timestamp), id: Number(id) } };
}

function range(input: { startTime?: number | undefined; endTime?: number | undefined }) {
  return {
    ...(input.startTime !== undefined && { startTime: input.startTime }),
    ...(input.endTime !== undefined && { endTime: input.endTime }),
  };
}

/** The first events that fit into one answer, and whether there are more. */
function page(events: Iterable<LogEvent>, limit: number, matches = (_: string) => true) {
  const taken: LogEvent[] = [];
  let bytes = 0;
  for (const event of events) {
    if (!matches(event.message)) continue;
    bytes += Buffer.byteLength(event.message) + EVENT_OVERHEAD;
    if (taken.length === limit || (bytes > MOST_BYTES && taken.length > 0)) return { events: taken, more: true };
    taken.push(event);
  }
  return { events: taken, more: false };
}

const groupName = z.string().regex(/^[\w./#-]{1,512}$/, 'not a log group name');
const streamName = z.string().regex(/^[^:*]{1,512}$/, 'not a log stream name');
const limit = (most: number) => z.int().min(1).max(most).default(most);
const time = z.int().min(0).optional();
const group = z.object({ logGroupName: groupName });
const stream = z.object({ logGroupName: groupName, logStreamName: streamName });

const describeLogGroups = operation(
  z.object({ logGroupNamePrefix: z.string().default(''), limit: limit(50), nextToken: z.string().default('') }),
  (store, input) => {
    const groups = store.groups(input.logGroupNamePrefix, input.nextToken, input.limit + 1);
    const shown = groups.slice(0, input.limit);
    return {
      logGroups: shown.map((it) => ({
        logGroupName: it.name,
        creationTime: it.createdAt,
        ...(it.retentionDays !== undefined && { retentionInDays: it.retentionDays }),
        arn: `${logGroupArn(it.name)}:*`,
        logGroupArn: logGroupArn(it.name),
        logGroupClass: 'STANDARD',
      })),
      ...(groups.length > shown.length && { nextToken: shown.at(-1)?.name }),
    };
  },
);

const describeLogStreams = operation(
  group.extend({
    logStreamNamePrefix: z.string().default(''),
    orderBy: z.enum(['LogStreamName', 'LastEventTime']).default('LogStreamName'),
    descending: z.boolean().default(false),
    limit: limit(50),
    nextToken: z.string().regex(/^\d+$/).default('0'),
  }),
  (store, input) => {
    if (input.orderBy === 'LastEventTime' && input.logStreamNamePrefix !== '') {
      throw invalid('Cannot order by LastEventTime with a logStreamNamePrefix.');
    }
    const streams = store.streams(input.logGroupName, input.logStreamNamePrefix);
    if (input.orderBy === 'LastEventTime') {
      streams.sort((one, other) => (one.lastEventAt ?? 0) - (other.lastEventAt ?? 0));
    }
    if (input.descending) streams.reverse();
    const start = Number(input.nextToken);
    const end = start + input.limit;
    return {
      logStreams: streams.slice(start, end).map((it) => ({
        logStreamName: it.name,
        creationTime: it.createdAt,
        ...(it.firstEventAt !== undefined && { firstEventTimestamp: it.firstEventAt }),
        ...(it.lastEventAt !== undefined && { lastEventTimestamp: it.lastEventAt }),
        ...(it.lastIngestionAt !== undefined && { lastIngestionTime: it.lastIngestionAt }),
        arn: logStreamArn(input.logGroupName, it.name),
      })),
      ...(end < streams.length && { nextToken: String(end) }),
    };
  },
);

const getLogEvents = operation(
  stream.extend({
    startTime: time,
    endTime: time,
    startFromHead: z.boolean().default(false),
    limit: limit(MOST_EVENTS),
    nextToken: z.string().optional(),
  }),
  (store, input) => {
    store.requireStream(input.logGroupName, input.logStreamName);
    const given = input.nextToken === undefined ? undefined : parseToken(input.nextToken, store.now());
    const forward = given === undefined ? input.startFromHead : given.direction === 'f';
    const query: EventQuery = {
      group: input.logGroupName,
      streams: [input.logStreamName],
      ...range(input),
      ...(given && { [forward ? 'after' : 'before']: given.at }),
      descending: !forward,
    };
    const { events } = page(store.events(query), input.limit);
    if (!forward) events.reverse();
    const here = given?.at ?? { timestamp: input.startTime ?? 0, id: -1 };
    const next = {
      nextForwardToken: token('f', events.at(-1) ?? here, store.now()),
      nextBackwardToken: token('b', events[0] ?? here, store.now()),
    };
    return {
      events: events.map(({ timestamp, message, ingestionTime }) => ({ timestamp, message, ingestionTime })),
      ...next,
      // An empty page answers the token it came with, so that whoever follows a stream asks on from where it ended.
      ...(events.length === 0 && given && { [forward ? 'nextForwardToken' : 'nextBackwardToken']: input.nextToken }),
    };
  },
);

const filterLogEvents = operation(
  group.extend({
    logStreamNames: z.array(streamName).min(1).max(100).optional(),
    logStreamNamePrefix: z.string().min(1).optional(),
    startTime: time,
    endTime: time,
    filterPattern: z.string().max(1024).default(''),
    limit: limit(MOST_EVENTS),
    nextToken: z.string().optional(),
  }),
  (store, input) => {
    if (input.logStreamNames !== undefined && input.logStreamNamePrefix !== undefined) {
      throw invalid('logStreamNames and logStreamNamePrefix exclude each other.');
    }
    const query: EventQuery = {
      group: input.logGroupName,
      ...(input.logStreamNames && { streams: input.logStreamNames }),
      ...(input.logStreamNamePrefix !== undefined && { streamPrefix: input.logStreamNamePrefix }),
      ...range(input),
      ...(input.nextToken !== undefined && { after: parseToken(input.nextToken, store.now()).at }),
    };
    const { events, more } = page(store.events(query), input.limit, compileFilterPattern(input.filterPattern));
    const last = events.at(-1);
    return {
      events: events.map((event) => ({
        logStreamName: event.stream,
        timestamp: event.timestamp,
        message: event.message,
        ingestionTime: event.ingestionTime,
        eventId: String(event.id).padStart(20, '0'),
      })),
      searchedLogStreams: [],
      ...(more && last && { nextToken: token('f', last, store.now()) }),
    };
  },
);

const putLogEvents = operation(
  stream.extend({
    logEvents: z
      .array(z.object({ timestamp: z.int().min(0), message: z.string().min(1) }))
      .min(1)
      .max(MOST_EVENTS),
  }),
  (store, input) => {
    store.put(input.logGroupName, input.logStreamName, input.logEvents);
    return { nextSequenceToken: '0' };
  },
);

/** CloudWatch Logs' operations by name; each takes the request's body as parsed JSON. */
export const OPERATIONS: ReadonlyMap<string, Operation> = new Map([
  ['CreateLogGroup', operation(group, (store, input) => store.createGroup(input.logGroupName))],
  ['CreateLogStream', operation(stream, (store, input) => store.createStream(input.logGroupName, input.logStreamName))],
  ['DeleteLogGroup', operation(group, (store, input) => store.deleteGroup(input.logGroupName))],
  ['DeleteLogStream', operation(stream, (store, input) => store.deleteStream(input.logGroupName, input.logStreamName))],
  ['DescribeLogGroups', describeLogGroups],
  ['DescribeLogStreams', describeLogStreams],
  ['FilterLogEvents', filterLogEvents],
  ['GetLogEvents', getLogEvents],
  ['PutLogEvents', putLogEvents],
]);
