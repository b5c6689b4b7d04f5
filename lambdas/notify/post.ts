import { lookup } from 'node:dns/promises';
import { request as plainRequest } from 'node:http';
import { type RequestOptions, request as tlsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import { text } from 'node:stream/consumers';
import { isPublicAddress } from '../../core/http/public-host.ts';
import { isLoopback, isReceiverUrl } from '../../core/notifications/receiver-url.ts';

/**
 * One POST to an address of the outside world, most of them given by users. Nothing private is reached by it: HTTPS on its usual port and a public name
 * only, no redirect is followed, and the connection goes to the very addresses that were looked at, all of which must be
 * public. What a name resolves to a moment later does not matter.
 */

/** Discord refuses requests without one. */
const USER_AGENT = 'Vigia/1.0';
/** For name, connection and answer together. */
export const POST_MS = 10_000;
/** Of an answer: as much as tells why. */
const MAX_ANSWER_BYTES = 64 * 1024;

export interface Message {
  headers: Record<string, string>;
  body: Uint8Array | string;
}

export interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
}

/** A message that did not arrive. The reason is a stable name without anything of the address in it. */
export class SendFailure extends Error {
  readonly reason: string;
  /** Whether another try may help. */
  readonly retryable: boolean;
  /** How long the receiver asks to be left alone. */
  readonly retryAfterSeconds: number;

  constructor(reason: string, retryable: boolean, options: { retryAfterSeconds?: number; cause?: unknown } = {}) {
    super(`The notification was not taken: ${reason}`, { cause: options.cause });
    this.name = 'SendFailure';
    this.reason = reason;
    this.retryable = retryable;
    this.retryAfterSeconds = options.retryAfterSeconds ?? 0;
  }
}

export interface Resolved {
  address: string;
  family: number;
}

export interface Network {
  /** All addresses of a name. */
  resolve: (hostname: string) => Promise<Resolved[]>;
  mayReach: (address: string) => boolean;
  milliseconds: number;
}

const INTERNET: Network = {
  resolve: (hostname) => lookup(hostname, { all: true }),
  mayReach: isPublicAddress,
  milliseconds: POST_MS,
};

export interface Destination {
  url: string;
  /** Whether this machine counts, without TLS too: where the operator says so, or has named the address. */
  allowLoopback: boolean;
}

/**
 * @returns the answer, whatever its status
 * @throws SendFailure `address_refused`, `timeout`, `unreachable`
 */
export async function post(destination: Destination, message: Message, network = INTERNET): Promise<Answer> {
  const { url, allowLoopback } = destination;
  if (!isReceiverUrl(url, allowLoopback)) throw new SendFailure('address_refused', false);
  const address = new URL(url);
  const signal = AbortSignal.timeout(network.milliseconds);
  try {
    return await send(address, message, {
      signal,
      ...(isLoopback(address.hostname) ? {} : { lookup: guarded(network) }),
    });
  } catch (cause) {
    if (cause instanceof SendFailure) throw cause;
    throw new SendFailure(signal.aborted ? 'timeout' : 'unreachable', true, { cause });
  }
}

/** The resolver of one connection, which goes to what it is given here and asks nobody else. */
export function guarded({ resolve, mayReach }: Network): LookupFunction {
  return (hostname, { all }, callback) => {
    resolve(hostname).then(
      (found) => {
        const [first] = found;
        if (!first || !found.every(({ address }) => mayReach(address))) {
          callback(new SendFailure('address_refused', false), '');
        } else if (all) callback(null, found);
        else callback(null, first.address, first.family);
      },
      (error: NodeJS.ErrnoException) => callback(error, ''),
    );
  };
}

/** The POST itself, to wherever the resolver says. */
export function send(url: URL, { headers, body }: Message, options: RequestOptions): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const request = url.protocol === 'https:' ? tlsRequest : plainRequest;
  const bytes = Buffer.from(body);
  const outgoing = request(
    url,
    // A connection of its own: one that was looked at for another message may be another's by now.
    {
      ...options,
      method: 'POST',
      agent: false,
      headers: { ...headers, 'user-agent': USER_AGENT, 'content-length': bytes.length },
    },
    (incoming) => {
      const { statusCode: status = 0, headers: answered } = incoming;
      text(limited(incoming)).then((read) => resolve({ status, headers: answered, text: read }), reject);
    },
  );
  outgoing.on('error', reject);
  outgoing.end(bytes);
  return promise;
}

/** The beginning of an answer: the rest is not waited for. */
async function* limited(incoming: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let left = MAX_ANSWER_BYTES;
  for await (const chunk of incoming) {
    yield chunk.subarray(0, left);
    left -= chunk.length;
    if (left <= 0) return;
  }
}
