/** One WebSocket from its opening to its end: what it is subscribed to, what it was asked, when it last said anything. */

import { WebSocket } from 'ws';
import type { Clock } from './clock.ts';
import type { Data, Exchange, Frame } from './exchange.ts';

export interface SessionEvents {
  /** `heardAt` by the clock's `elapsed`. */
  data(data: Data, heardAt: number): void;
  /** A topic's subscription was acknowledged. */
  subscribed(topic: string): void;
  /** The exchange will not have this topic. */
  refused(topic: string, reason: string): void;
  /** The server is about to end its connections. */
  closing(): void;
  malformed(reason: string): void;
  /** Once, whoever ended it. */
  ended(reason: string): void;
}

interface Request {
  operation: 'subscribe' | 'unsubscribe';
  topics: string[];
}

export interface SessionOptions {
  exchange: Exchange;
  url: string;
  clock: Clock;
  /** Milliseconds within which the connection must be open. */
  openWithin: number;
  events: SessionEvents;
}

export class Session {
  /** Topics that are asked for, and when (`elapsed`) they last gave data or were asked for. */
  readonly #heardAt = new Map<string, { at: number }>();
  readonly #acknowledged = new Set<string>();
  readonly #asked = new Map<number, Request & { at: number }>();
  readonly #outbox: Request[] = [];
  readonly #options: SessionOptions;
  readonly #socket: WebSocket;
  #keepAlive: NodeJS.Timeout | undefined;
  #sending: NodeJS.Timeout | undefined;
  #lastId = 0;
  #open = false;
  #ended = false;
  #anythingAt: number;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#anythingAt = options.clock.elapsed();
    // Messages are read from their bytes, and what is not ASCII goes through a decoder anyway.
    this.#socket = new WebSocket(options.url, {
      handshakeTimeout: options.openWithin,
      perMessageDeflate: false,
      skipUTF8Validation: true,
    });
    this.#socket.on('open', () => this.#opened());
    this.#socket.on('message', (data: Buffer) => this.#received(data));
    this.#socket.on('ping', () => this.#heard());
    this.#socket.on('error', (error) => this.end(error.message));
    this.#socket.on('close', (code, reason) => this.end(`closed with ${code} ${reason}`.trim()));
  }

  /** When (`elapsed`) the server last said anything at all. */
  get heardAt(): number {
    return this.#anythingAt;
  }

  /** Something asked for is acknowledged. */
  get isSubscribed(): boolean {
    return this.#acknowledged.size > 0;
  }

  /** Everything asked for is answered. */
  get complete(): boolean {
    return this.#open && this.#outbox.length === 0 && this.#asked.size === 0;
  }

  /** When (`elapsed`) the oldest request that is not answered was sent; undefined where there is none. */
  get unansweredSince(): number | undefined {
    return this.#asked.values().next().value?.at;
  }

  /** When (`elapsed`) a topic last gave data, or was asked for; undefined where it was not or is refused. */
  topicHeardAt(topic: string): number | undefined {
    return this.#heardAt.get(topic)?.at;
  }

  /** Subscribes to what is new among `topics` and unsubscribes from what no longer is. */
  follow(topics: ReadonlySet<string>): void {
    const added = [...topics].filter((topic) => !this.#heardAt.has(topic));
    const removed = [...this.#heardAt.keys()].filter((topic) => !topics.has(topic));
    for (const topic of removed) this.#forget(topic);
    for (const topic of added) this.#heardAt.set(topic, { at: this.#options.clock.elapsed() });
    this.#ask('unsubscribe', removed);
    this.#ask('subscribe', added);
  }

  /** Asks for a topic again: it has been silent, or its book has to begin anew. */
  renew(topic: string): void {
    if (!this.#heardAt.has(topic)) return;
    this.#acknowledged.delete(topic);
    this.#ask('unsubscribe', [topic]);
    this.#ask('subscribe', [topic]);
  }

  end(reason: string): void {
    if (this.#ended) return;
    this.#ended = true;
    clearInterval(this.#keepAlive);
    clearTimeout(this.#sending);
    this.#socket.removeAllListeners();
    // An attempt that is ended before it is open says so by an error that nobody waits for any more.
    this.#socket.on('error', () => {});
    this.#socket.terminate();
    this.#options.events.ended(reason);
  }

  #opened(): void {
    const { exchange } = this.#options;
    this.#open = true;
    this.#heard();
    const { keepAlive } = exchange;
    if (keepAlive !== null) {
      this.#keepAlive = setInterval(() => this.#socket.send(keepAlive.message), keepAlive.every);
    }
    this.#sendNext();
  }

  #forget(topic: string): void {
    this.#heardAt.delete(topic);
    this.#acknowledged.delete(topic);
  }

  #ask(operation: Request['operation'], topics: string[]): void {
    const { topicsPerRequest } = this.#options.exchange;
    for (let i = 0; i < topics.length; i += topicsPerRequest) {
      this.#outbox.push({ operation, topics: topics.slice(i, i + topicsPerRequest) });
    }
    if (this.#open && this.#sending === undefined) this.#sendNext();
  }

  /** One request after the other, with the exchange's least time between. */
  #sendNext(): void {
    const { exchange } = this.#options;
    this.#sending = undefined;
    const request = this.#outbox.shift();
    if (request === undefined || this.#ended) return;
    this.#lastId += 1;
    this.#asked.set(this.#lastId, { ...request, at: this.#options.clock.elapsed() });
    this.#socket.send(exchange.request(request.operation, request.topics, this.#lastId));
    this.#sending = setTimeout(() => this.#sendNext(), exchange.requestSpacing);
  }

  #heard(): void {
    this.#anythingAt = this.#options.clock.elapsed();
  }

  #received(data: Buffer): void {
    const { exchange, clock } = this.#options;
    this.#heard();
    this.#take(exchange.read(data, clock.now()));
  }

  #take(frame: Frame): void {
    const { events } = this.#options;
    switch (frame.kind) {
      case 'trades':
      case 'book':
      case 'candles': {
        const heard = this.#heardAt.get(frame.topic);
        // What was unsubscribed may still be under way.
        if (heard === undefined) return;
        heard.at = this.#anythingAt;
        events.data(frame, this.#anythingAt);
        return;
      }
      case 'acknowledged':
        for (const topic of this.#answered(frame.id, 'subscribe')) {
          if (!this.#heardAt.has(topic)) continue;
          this.#acknowledged.add(topic);
          events.subscribed(topic);
        }
        return;
      case 'refused':
        this.#refused(this.#answered(frame.id, 'subscribe'), frame.reason);
        return;
      case 'closing':
        events.closing();
        return;
      case 'malformed':
        events.malformed(frame.reason);
        return;
      case 'pong':
        return;
    }
  }

  /** The topics of the request that was answered; answers without a number come in the order of the requests. */
  #answered(id: number | null, operation: Request['operation']): string[] {
    const answered = id ?? this.#asked.keys().next().value;
    if (answered === undefined) return [];
    const request = this.#asked.get(answered);
    this.#asked.delete(answered);
    return request?.operation === operation ? request.topics : [];
  }

  /** One bad topic refuses its whole request: each is asked for alone, so that only the bad one stays out. */
  #refused(topics: string[], reason: string): void {
    const [topic, ...more] = topics;
    if (topic === undefined) return;
    if (more.length > 0) {
      for (const one of topics) if (this.#heardAt.has(one)) this.#ask('subscribe', [one]);
      return;
    }
    if (!this.#heardAt.has(topic)) return;
    this.#forget(topic);
    this.#options.events.refused(topic, reason);
  }
}
