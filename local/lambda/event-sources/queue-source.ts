import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { ACCOUNT, REGION } from '../../aws/service.ts';
import type { Share } from '../pool.ts';
import type { Call, Outcome } from '../types.ts';
import { batchResult } from './item-failures.ts';
import type { QueueMapping } from './mapping.ts';
import { type Encoded, eventOf, splitBatches } from './payload.ts';

/** Where a mapping gives no MaximumConcurrency: a machine is not a region. */
const USUAL_CONCURRENCY = 2;
/** What SQS gives at once, and takes. */
const MOST_MESSAGES = 10;
const LONG_POLL_SECONDS = 20;
const LONGEST_BACKOFF = 30_000;

const attribute = z.object({
  StringValue: z.string().optional(),
  BinaryValue: z.string().optional(),
  DataType: z.string(),
});
const message = z.object({
  MessageId: z.string(),
  ReceiptHandle: z.string(),
  Body: z.string(),
  MD5OfBody: z.string(),
  MD5OfMessageAttributes: z.string().optional(),
  Attributes: z.record(z.string(), z.string()).default({}),
  MessageAttributes: z.record(z.string(), attribute).default({}),
});
const received = z.object({ Messages: z.array(message).default([]) });
const deleted = z.object({ Failed: z.array(z.object({ Id: z.string(), Message: z.string().optional() })).default([]) });
const attributes = z.object({ Attributes: z.object({ VisibilityTimeout: z.coerce.number() }) });

type Message = z.output<typeof message>;

export interface QueueSourceOptions {
  mapping: QueueMapping;
  role: string;
  functionTimeoutSeconds: number;
  endpointUrl: () => string;
  call: Call;
  invoke: (event: string) => Promise<Outcome>;
  /** Resolves when an instance may take a batch of this source, with what gives it up or says that it was used. */
  takeTurn: (share: Share) => Promise<() => void>;
  onError: (problem: string) => void;
}

/** A message as Lambda hands it to a function. Source: Lambda guide, "Example standard queue message event". */
export function queueRecord(it: Message, queueArn: string) {
  return {
    messageId: it.MessageId,
    receiptHandle: it.ReceiptHandle,
    body: it.Body,
    attributes: it.Attributes,
    messageAttributes: Object.fromEntries(
      Object.entries(it.MessageAttributes).map(([name, value]) => [
        name,
        {
          ...(value.StringValue !== undefined && { stringValue: value.StringValue }),
          ...(value.BinaryValue !== undefined && { binaryValue: value.BinaryValue }),
          stringListValues: [],
          binaryListValues: [],
          dataType: value.DataType,
        },
      ]),
    ),
    ...(it.MD5OfMessageAttributes !== undefined && { md5OfMessageAttributes: it.MD5OfMessageAttributes }),
    md5OfBody: it.MD5OfBody,
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn,
    awsRegion: REGION,
  };
}

/** What a filter sees: a body that holds a JSON object is matched as one, any other as text. */
function filtered(record: ReturnType<typeof queueRecord>): object {
  try {
    const body: unknown = JSON.parse(record.body);
    return typeof body === 'object' && body !== null ? { ...record, body } : record;
  } catch {
    return record;
  }
}

/**
 * Moves a queue's messages into a function. A batch that succeeds is deleted; of a partial failure the rest is; what
 * failed stays until its visibility timeout ends. It receives only while an instance may take the batch: a message that
 * is received and not handled would use up one of its receives.
 */
export class QueueSource {
  readonly #options: QueueSourceOptions;
  readonly #queueUrl: () => string;
  readonly #stop = new AbortController();
  readonly #running = new Set<Promise<void>>();
  #loop: Promise<void> | undefined;

  constructor(options: QueueSourceOptions) {
    this.#options = options;
    const queue = options.mapping.sourceArn.split(':').at(-1);
    this.#queueUrl = () => `${options.endpointUrl()}/${ACCOUNT}/${queue}`;
  }

  /** @throws Error where the queue's visibility timeout is shorter than the function's timeout, as AWS does */
  async start(): Promise<void> {
    const { functionTimeoutSeconds } = this.#options;
    const answer = await this.#call('GetQueueAttributes', { AttributeNames: ['VisibilityTimeout'] });
    const seconds = attributes.parse(answer).Attributes.VisibilityTimeout;
    if (seconds < functionTimeoutSeconds) {
      throw new Error(
        `Queue visibility timeout: ${seconds} seconds is less than Function timeout: ${functionTimeoutSeconds} seconds`,
      );
    }
    this.#loop = this.#receiveForever();
  }

  /** No more receives; resolves when the running batches are done. */
  async close(): Promise<void> {
    this.#stop.abort();
    await this.#loop;
    await Promise.all(this.#running);
  }

  async #receiveForever(): Promise<void> {
    const { mapping, onError } = this.#options;
    const most = mapping.maximumConcurrency ?? USUAL_CONCURRENCY;
    const share: Share = { weight: most, taken: 0 };
    let failures = 0;
    while (!this.#stop.signal.aborted) {
      if (this.#running.size >= most) await Promise.race(this.#running);
      try {
        await this.#receiveNext(share);
        failures = 0;
      } catch (error) {
        if (this.#stop.signal.aborted) return;
        onError(`${mapping.functionName}: receiving from ${mapping.sourceArn}: ${String(error)}`);
        failures += 1;
        await this.#pause(Math.min(LONGEST_BACKOFF, 500 * 2 ** failures));
      }
    }
  }

  /** What lies in the queue, in this source's turn; where nothing does, whatever comes within a long poll. */
  async #receiveNext(share: Share): Promise<void> {
    const endTurn = await this.#options.takeTurn(share);
    try {
      if (this.#stop.signal.aborted) return;
      const batch = await this.#receiveBatch(0);
      if (batch.length > 0) {
        share.taken += 1 / share.weight;
        return this.#handle(batch, endTurn);
      }
    } catch (error) {
      endTurn();
      throw error;
    }
    // Others may have the instance meanwhile: a batch that comes then waits for the next one.
    endTurn();
    const batch = await this.#receiveBatch(LONG_POLL_SECONDS);
    if (batch.length > 0) this.#handle(batch);
  }

  /** Up to a full batch, or what came until the batching window was over. */
  async #receiveBatch(waitSeconds: number): Promise<Message[]> {
    const { batchSize, windowSeconds } = this.#options.mapping;
    const batch = await this.#receive(Math.min(batchSize, MOST_MESSAGES), waitSeconds);
    const deadline = performance.now() + windowSeconds * 1000;
    while (batch.length > 0 && batch.length < batchSize && !this.#stop.signal.aborted) {
      const seconds = Math.ceil((deadline - performance.now()) / 1000);
      if (seconds <= 0) break;
      const most = Math.min(batchSize - batch.length, MOST_MESSAGES);
      batch.push(...(await this.#receive(most, Math.min(seconds, LONG_POLL_SECONDS))));
    }
    return batch;
  }

  async #receive(most: number, waitSeconds: number): Promise<Message[]> {
    const answer = await this.#call('ReceiveMessage', {
      MaxNumberOfMessages: most,
      WaitTimeSeconds: waitSeconds,
      MessageSystemAttributeNames: ['All'],
      MessageAttributeNames: ['All'],
    });
    return received.parse(answer).Messages;
  }

  /** @param onInvoked called when the batch has its instance, or none is needed */
  #handle(batch: Message[], onInvoked = (): void => {}): void {
    const { mapping, onError } = this.#options;
    const work = this.#process(batch, onInvoked).catch((error: unknown) => {
      if (!this.#stop.signal.aborted)
        onError(`${mapping.functionName}: batch of ${mapping.sourceArn}: ${String(error)}`);
    });
    const running = work.finally(() => {
      onInvoked();
      this.#running.delete(running);
    });
    this.#running.add(running);
  }

  async #process(messages: Message[], onInvoked: () => void): Promise<void> {
    const { mapping } = this.#options;
    const items = messages.map((it) => ({ message: it, record: queueRecord(it, mapping.sourceArn) }));
    const wanted = items.filter(({ record }) => mapping.matches(filtered(record)));
    // What the filter leaves out is done with.
    await this.#delete(items.filter((it) => !wanted.includes(it)).map((it) => it.message));
    const encoded = wanted.map((it) => ({ message: it.message, json: JSON.stringify(it.record) }));
    for (const batch of splitBatches(encoded, mapping.batchSize)) await this.#deliver(batch, onInvoked);
  }

  async #deliver(batch: (Encoded & { message: Message })[], onInvoked: () => void): Promise<void> {
    const { mapping, invoke } = this.#options;
    const ids = batch.map((it) => it.message.MessageId);
    const invocation = invoke(eventOf(batch));
    onInvoked();
    const result = batchResult(await invocation, ids, mapping.reportsItemFailures);
    if (result.kind === 'failure') return;
    const stays = (id: string) => result.kind === 'partial' && result.failed.has(id);
    await this.#delete(batch.map((it) => it.message).filter((it) => !stays(it.MessageId)));
  }

  async #delete(messages: Message[]): Promise<void> {
    for (let start = 0; start < messages.length; start += MOST_MESSAGES) {
      const Entries = messages
        .slice(start, start + MOST_MESSAGES)
        .map((it, index) => ({ Id: String(index), ReceiptHandle: it.ReceiptHandle }));
      const { Failed } = deleted.parse(await this.#call('DeleteMessageBatch', { Entries }));
      for (const failure of Failed) {
        this.#options.onError(`${this.#options.mapping.sourceArn}: a handled message stays: ${failure.Message}`);
      }
    }
  }

  #call(operation: string, input: object): Promise<unknown> {
    const { call, role } = this.#options;
    // Only a long poll is to end early: a delete after the stop still counts.
    const signal = operation === 'ReceiveMessage' ? this.#stop.signal : undefined;
    return call(role, 'sqs', operation, { QueueUrl: this.#queueUrl(), ...input }, signal);
  }

  async #pause(milliseconds: number): Promise<void> {
    await sleep(milliseconds, undefined, { signal: this.#stop.signal }).catch(() => undefined);
  }
}
