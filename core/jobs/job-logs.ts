import * as z from 'zod/mini';
import { ApiError } from '../http/errors.ts';
import { type Events, eventsOf, type LogLine } from './log-streams.ts';

/** What jobs have printed. Their runs come one after the other, and so do their lines. */

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

/** What is looked through for one request, with what CloudWatch counts for a line besides its text. */
const READ_BYTES = 4_000_000;
const LINE_BYTES = 26;
/** A run takes two, and one that printed much some more; CloudWatch takes 25 a second. */
const MOST_CALLS = 150;
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

  /** More does not fit into the answer. */
  get isCut(): boolean {
    return this.#room < 0;
  }

  get isFull(): boolean {
    return this.lines.length === this.#limit || this.isCut;
  }

  /** How many events it takes to fill it. */
  get wanted(): number {
    return this.#matches ? PAGE_LINES : this.#limit - this.lines.length;
  }

  /** False where a line that matches does not fit any more. */
  offer(line: LogLine): boolean {
    if (this.#matches?.(line) === false) return true;
    if (this.lines.length === this.#limit) return false;
    this.#room -= answerBytes(line);
    if (this.lines.length > 0 && this.isCut) return false;
    this.lines.push(line);
    return true;
  }
}

/** What is looked through for one request. */
class Budget {
  #bytes = READ_BYTES;
  #calls = MOST_CALLS;

  get isSpent(): boolean {
    return this.#bytes <= 0 || this.#calls <= 0;
  }

  spend(lines: readonly LogLine[]): void {
    this.#calls -= 1;
    for (const { message } of lines) this.#bytes -= Buffer.byteLength(message) + LINE_BYTES;
  }
}

/**
 * At most `limit` lines behind a position, of those that match. The last run is gone on to when it has printed: what the one
 * before it printed at last may come to CloudWatch later than we know of the next.
 * @throws ApiError invalid_cursor where the position is in none of these runs, or no longer valid
 */
export async function linesAfter(
  runs: readonly string[],
  from: LogPosition,
  limit: number,
  matches: Matches,
): Promise<LogPage> {
  const taken = new Taken(limit, matches);
  const budget = new Budget();
  if (from.run !== '' && !runs.includes(from.run)) throw new ApiError('invalid_cursor');
  let here = from.run === '' ? beginOfLog(runs, from.since) : from;
  /** The end of the run before the last, while that has not printed. */
  let before: LogPosition | undefined;
  const page = (position: LogPosition, isEnd: boolean): LogPage => {
    return { lines: taken.lines, next: position, isEnd, searchedFrom: undefined };
  };
  while (here.run !== '') {
    if (budget.isSpent) return page(before ?? here, false);
    const { run, token, skip, since } = here;
    const asked = Math.min(PAGE_LINES, taken.wanted + skip + 1);
    const found = await eventsOf(run, { token, since, limit: asked, isForward: true });
    budget.spend(found.lines);
    const rest = found.lines.findIndex((line, index) => index >= skip && !taken.offer(line));
    if (rest >= 0) return page({ ...here, skip: rest }, false);
    if (found.lines.length > 0) before = undefined;
    const next = behind(runs, here, found);
    if (!next) return page(before ?? here, true);
    if (next.run !== run) before = here;
    here = next;
  }
  return page(here, true);
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
  const budget = new Budget();
  let next = beginOfLog(runs.slice(-2), since);
  const page = (searchedFrom: number | undefined): LogPage => {
    return { lines: taken.lines.toReversed(), next, isEnd: true, searchedFrom };
  };
  let oldest: number | undefined;
  for await (const { run, lines, forward } of newestFirst(runs, since, taken)) {
    if (lines.length > 0 && budget.isSpent) return page(oldest);
    budget.spend(lines);
    // Whoever follows goes on behind the newest page.
    if (lines.length > 0 && oldest === undefined) next = { run, token: forward, skip: 0, since };
    oldest = lines[0]?.timestamp ?? oldest;
    if (!lines.toReversed().every((line) => taken.offer(line)) || taken.isFull) break;
  }
  return page(taken.isCut ? taken.lines.at(-1)?.timestamp : undefined);
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
