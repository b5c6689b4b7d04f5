/** The book of one market, kept in step over changes of sockets: each session has its own, the current one is served. */

import { MarketError } from '../../../core/market/error.ts';
import type { Market } from '../../../core/market/trade.ts';
import type { Level } from '../book/levels.ts';
import { BookSequence } from '../book/sequence.ts';
import type { History } from '../exchanges/history.ts';
import type { Clock } from './clock.ts';
import type { BookUpdate } from './exchange.ts';

/** A book as it is served: with what says how far it can be trusted. */
export interface LiveBook extends Market {
  /** False from a missed update on until the book is whole again: what is shown then is old. */
  readonly inStep: boolean;
  /** The exchange's number of the last update. */
  readonly sequence: number;
  /** The exchange's time of the last update, epoch milliseconds. */
  readonly timestamp: number;
  /** Our time when it came, epoch milliseconds. */
  readonly receivedAt: number;
  /** The best `depth` levels, best first. */
  bids(depth: number): Level[];
  asks(depth: number): Level[];
}

export interface BookFlowOptions {
  market: Market;
  history: History;
  clock: Clock;
  /** Milliseconds that a book may take to be whole again before that is asked for once more. */
  askAgainAfter: number;
  /** Subscribes to the book's topic anew on that session. */
  renew(session: number): void;
  /** The current book changed. */
  changed(book: LiveBook): void;
}

interface Kept {
  sequence: BookSequence;
  /** `elapsed` at which it was last asked to begin; undefined before its topic is subscribed. */
  askedAt: number | undefined;
}

export class BookFlow implements LiveBook {
  readonly exchange: Market['exchange'];
  readonly symbol: string;
  readonly #options: BookFlowOptions;
  readonly #sessions = new Map<number, Kept>();
  /** The sessions to believe. */
  #live: readonly number[] = [];
  /** Of a live session, in step where one of them is; of the last one while there is none. */
  #served = new BookSequence();
  #resyncs = 0;
  /** Of whatever session: they tell the same. */
  #receivedAt = 0;

  constructor(options: BookFlowOptions) {
    this.exchange = options.market.exchange;
    this.symbol = options.market.symbol;
    this.#options = options;
  }

  get inStep(): boolean {
    return this.#live.length > 0 && this.#served.inStep;
  }

  get sequence(): number {
    return this.#served.last;
  }

  get timestamp(): number {
    return this.#served.timestamp;
  }

  get receivedAt(): number {
    return this.#receivedAt;
  }

  /** Times that an update was missed and the book had to begin anew. */
  get resyncs(): number {
    return this.#resyncs;
  }

  bids(depth: number): Level[] {
    return this.#served.book.bids(depth);
  }

  asks(depth: number): Level[] {
    return this.#served.book.asks(depth);
  }

  take(update: BookUpdate, session: number): void {
    const kept = this.#of(session);
    const step = kept.sequence.offer(update);
    if (step === 'applied') this.#receivedAt = this.#options.clock.now();
    if (step === 'out_of_step') {
      this.#resyncs += 1;
      this.#begin(session, kept);
    }
    if (!this.#served.inStep) this.#choose();
    if (kept.sequence === this.#served && step !== 'old' && step !== 'waiting') this.#options.changed(this);
  }

  /** The topic's messages come: where REST begins a book, its snapshot is asked for. */
  subscribed(session: number): void {
    const kept = this.#of(session);
    kept.askedAt = this.#options.clock.elapsed();
    if (this.#options.history.book !== null && !kept.sequence.inStep) this.#begin(session, kept);
  }

  /** Whether that session's book is whole. */
  isReady(session: number): boolean {
    return this.#sessions.get(session)?.sequence.inStep === true;
  }

  /** From now on one of these sessions' books is served. */
  serve(live: readonly number[]): void {
    this.#live = live;
    if (live.length === 0) return;
    for (const id of this.#sessions.keys()) if (id < Math.min(...live)) this.#sessions.delete(id);
    this.#choose();
  }

  /** Time has passed: books that are still out of step are asked for again. */
  look(): void {
    const now = this.#options.clock.elapsed();
    for (const [session, kept] of this.#sessions) {
      const { sequence, askedAt } = kept;
      if (sequence.inStep || askedAt === undefined) continue;
      if (now - askedAt >= this.#options.askAgainAfter) this.#begin(session, kept);
    }
  }

  /** Stays with the book that is served, as long as it is live and no worse than another. */
  #choose(): void {
    const books = this.#live.map((session) => this.#of(session).sequence);
    const inStep = books.filter((book) => book.inStep);
    const [best] = inStep.includes(this.#served) ? [this.#served] : [...inStep, ...books];
    if (best !== undefined && (inStep.length > 0 || !books.includes(this.#served))) this.#served = best;
  }

  #of(session: number): Kept {
    const known = this.#sessions.get(session);
    if (known !== undefined) return known;
    const kept = { sequence: new BookSequence(), askedAt: undefined };
    this.#sessions.set(session, kept);
    return kept;
  }

  #begin(session: number, kept: Kept): void {
    const { history, market, clock } = this.#options;
    kept.askedAt = clock.elapsed();
    if (history.book === null) {
      this.#options.renew(session);
      return;
    }
    history.book(market.symbol).then(
      (snapshot) => {
        if (this.#sessions.get(session) !== kept || kept.sequence.inStep) return;
        // One that is older than what was kept leaves the book out of step: `look` asks again.
        kept.sequence.offer(snapshot);
        this.#receivedAt = clock.now();
        if (!this.#served.inStep) this.#choose();
        if (kept.sequence === this.#served) this.#options.changed(this);
      },
      (error: unknown) => {
        if (!(error instanceof MarketError)) throw error;
      },
    );
  }
}
