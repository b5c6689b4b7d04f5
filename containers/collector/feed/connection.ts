/**
 * Keeps one exchange's topics coming, over as many WebSockets as that takes, one after the other:
 *
 *   connect → subscribe → process → reconnect
 *
 * A planned change of sockets (the exchange's limit on a connection's life, its announcement of a shutdown, a topic that
 * stays silent) overlaps: the successor is subscribed before its predecessor goes, and both are heard meanwhile.
 *
 *   predecessor ════════════════════════════╗ ended
 *   successor             ╔═subscribed══════╩═══════════▶
 *                         └── overlap ──┘
 */

import type { Clock } from './clock.ts';
import type { ConnectionSettings } from './connection-settings.ts';
import type { Data, Exchange } from './exchange.ts';
import { type Circuit, Retry } from './retry.ts';
import { Session } from './session.ts';
import { Silences } from './silence.ts';

/** How many times its overlap a successor may take to get ready. */
const MOST_OVERLAPS = 5;

export interface ConnectionListener {
  /** `session` numbers the sockets: messages of two of them come during an overlap. `heardAt` is `elapsed`. */
  data(data: Data, session: number, heardAt: number): void;
  /** A topic's messages come from now on; what was missed before has to be asked for elsewhere. */
  subscribed(topic: string, session: number): void;
  /** Whether all that this session must bring first is there, so that it may take over. */
  isReady(session: number): boolean;
  /** From now on this session is the one to believe; `undefined` while there is none. */
  current(session: number | undefined, reason: string): void;
  refused(topic: string, reason: string): void;
  malformed(reason: string): void;
}

export interface ConnectionState {
  connected: boolean;
  circuit: Circuit;
  /** Unplanned ones. */
  reconnects: number;
  /** Planned changes of sockets. */
  replacements: number;
  /** Times that a topic was subscribed anew because it was silent. */
  renewals: number;
  /** Topics that the exchange refuses, with its reason. */
  refused: ReadonlyMap<string, string>;
}

interface Live {
  id: number;
  session: Session;
  openedAt: number;
  /** `elapsed` since which everything is subscribed; undefined before. */
  completeAt: number | undefined;
}

export class Connection {
  readonly #exchange: Exchange;
  readonly #url: string;
  readonly #settings: ConnectionSettings;
  readonly #clock: Clock;
  readonly #listener: ConnectionListener;
  readonly #retry: Retry;
  readonly #refused = new Map<string, string>();
  readonly #silences = new Silences();
  readonly #nextSession: () => number;
  #topics: ReadonlySet<string> = new Set();
  #current: Live | undefined;
  #successor: Live | undefined;
  #attempt: NodeJS.Timeout | undefined;
  #watch: NodeJS.Timeout | undefined;
  #retryRefused: NodeJS.Timeout | undefined;
  #reconnects = 0;
  #replacements = 0;
  #renewals = 0;

  constructor(options: {
    exchange: Exchange;
    /** Base of the exchange's streams: `wss://stream.bybit.com`. */
    baseUrl: string;
    settings: ConnectionSettings;
    clock: Clock;
    /** A number in [0, 1). */
    random: () => number;
    /** Numbers a socket, each higher than the one before. */
    nextSession: () => number;
    listener: ConnectionListener;
  }) {
    this.#exchange = options.exchange;
    this.#url = options.exchange.url(options.baseUrl);
    this.#settings = options.settings;
    this.#clock = options.clock;
    this.#nextSession = options.nextSession;
    this.#listener = options.listener;
    this.#retry = new Retry(options.settings.retry, options.random);
  }

  get state(): ConnectionState {
    return {
      connected: this.#current !== undefined,
      circuit: this.#retry.circuit,
      reconnects: this.#reconnects,
      replacements: this.#replacements,
      renewals: this.#renewals,
      refused: this.#refused,
    };
  }

  /** Follows exactly these topics from now on. Throws a `RangeError` beyond what the exchange allows a connection. */
  follow(topics: ReadonlySet<string>): void {
    const most = this.#exchange.topicsPerConnection;
    if (topics.size > most) throw new RangeError(`${this.#exchange.name} takes ${most} topics a connection`);
    this.#topics = topics;
    for (const topic of this.#refused.keys()) if (!topics.has(topic)) this.#refused.delete(topic);
    if (topics.size === 0) {
      this.stop();
      return;
    }
    for (const live of [this.#current, this.#successor]) live?.session.follow(this.#wanted());
    this.#watch ??= setInterval(() => this.#look(), this.#settings.watchEvery);
    if (this.#current === undefined && this.#successor === undefined && this.#attempt === undefined) this.#open();
  }

  /** The silent topic had something to say, as was learnt elsewhere: if it stays silent, another socket is tried. */
  missed(topic: string): void {
    this.#silences.missed(topic);
  }

  /** Asks a session for a topic anew, so that its book begins again. */
  renew(topic: string, session: number): void {
    for (const live of [this.#current, this.#successor]) if (live?.id === session) live.session.renew(topic);
  }

  stop(): void {
    clearInterval(this.#watch);
    clearTimeout(this.#attempt);
    clearTimeout(this.#retryRefused);
    this.#watch = undefined;
    this.#attempt = undefined;
    this.#retryRefused = undefined;
    const live = [this.#current, this.#successor];
    this.#current = undefined;
    this.#successor = undefined;
    for (const one of live) one?.session.end('stopped');
  }

  #wanted(): Set<string> {
    return new Set([...this.#topics].filter((topic) => !this.#refused.has(topic)));
  }

  /** Opens the socket that is to be the current one: at once where there is none, after the overlap where there is. */
  #open(): void {
    this.#attempt = undefined;
    this.#retry.trying();
    const id = this.#nextSession();
    const session = new Session({
      exchange: this.#exchange,
      url: this.#url,
      clock: this.#clock,
      openWithin: this.#settings.openWithin,
      events: {
        data: (data, heardAt) => {
          this.#silences.broken(data.topic);
          this.#listener.data(data, id, heardAt);
        },
        subscribed: (topic) => this.#subscribed(topic, id),
        refused: (topic, reason) => this.#topicRefused(topic, reason),
        closing: () => this.#replace(),
        malformed: (reason) => this.#listener.malformed(reason),
        ended: (reason) => this.#ended(id, reason),
      },
    });
    this.#successor = { id, session, openedAt: this.#clock.elapsed(), completeAt: undefined };
    session.follow(this.#wanted());
  }

  #replace(): void {
    if (this.#successor !== undefined || this.#attempt !== undefined) return;
    this.#replacements += 1;
    this.#open();
  }

  #subscribed(topic: string, id: number): void {
    if (this.#current === undefined && this.#successor?.id === id) this.#promote('connected');
    this.#listener.subscribed(topic, id);
  }

  #promote(reason: string): void {
    const before = this.#current;
    this.#current = this.#successor;
    this.#successor = undefined;
    this.#listener.current(this.#current?.id, reason);
    before?.session.end('replaced');
  }

  #topicRefused(topic: string, reason: string): void {
    this.#refused.set(topic, reason);
    this.#listener.refused(topic, reason);
    this.#retryRefused ??= setTimeout(() => {
      this.#retryRefused = undefined;
      this.#refused.clear();
      for (const live of [this.#current, this.#successor]) live?.session.follow(this.#wanted());
    }, this.#settings.retryRefused);
  }

  #ended(id: number, reason: string): void {
    if (this.#successor?.id === id) {
      this.#successor = undefined;
      this.#again();
    } else if (this.#current?.id === id) {
      this.#current = undefined;
      this.#reconnects += 1;
      // A successor that is under way takes over at once, or as soon as it is subscribed.
      if (this.#successor?.session.isSubscribed === true) {
        this.#promote(reason);
        return;
      }
      this.#listener.current(undefined, reason);
      if (this.#successor === undefined) this.#again();
    }
  }

  #again(): void {
    this.#attempt ??= setTimeout(() => this.#open(), this.#retry.failed());
  }

  #look(): void {
    const now = this.#clock.elapsed();
    this.#lookAtSuccessor(now);
    const live = this.#current;
    if (live === undefined) return;
    if (live.session.complete) live.completeAt ??= now;
    if (live.completeAt !== undefined && now - live.completeAt >= this.#settings.stableAfter) this.#retry.succeeded();
    if (now - live.session.heardAt >= this.#settings.silentConnection) {
      live.session.end('silent');
      return;
    }
    if (this.#isUnanswered(live, now)) this.#replace();
    const { lifetime } = this.#exchange;
    if (lifetime !== null && now - live.openedAt >= lifetime - this.#settings.replaceBefore) this.#replace();
    for (const topic of this.#topics) this.#lookAtTopic(topic, live.session, now);
  }

  #lookAtSuccessor(now: number): void {
    const live = this.#successor;
    if (live === undefined) return;
    if (live.session.complete) live.completeAt ??= now;
    const heardTogether = live.completeAt === undefined ? 0 : now - live.completeAt;
    const { overlap } = this.#settings;
    // One that never gets ready is better than none: its predecessor may be about to end.
    const isDue =
      heardTogether >= overlap && (this.#listener.isReady(live.id) || heardTogether >= MOST_OVERLAPS * overlap);
    if (isDue) this.#promote('replaced');
    else if (now - live.session.heardAt >= this.#settings.silentConnection) live.session.end('silent');
    else if (this.#isUnanswered(live, now)) live.session.end('unanswered');
  }

  #isUnanswered({ session }: Live, now: number): boolean {
    return now - (session.unansweredSince ?? now) >= this.#settings.answerWithin;
  }

  #lookAtTopic(topic: string, session: Session, now: number): void {
    const heardAt = session.topicHeardAt(topic);
    if (heardAt === undefined) return;
    const answer = this.#silences.answer(topic, now - heardAt, this.#settings.silence(topic));
    if (answer === 'replace') this.#replace();
    if (answer !== 'renew') return;
    this.#renewals += 1;
    session.renew(topic);
  }
}
