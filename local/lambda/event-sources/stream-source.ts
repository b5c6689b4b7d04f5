import { AwsError } from '../../aws/service.ts';
import type { LambdaState, ShardReader } from '../state.ts';
import type { Call, OnStreamRecords, Outcome } from '../types.ts';
import { discardedBody } from './discarded.ts';
import type { StreamMapping } from './mapping.ts';
import { splitBatches } from './payload.ts';
import { laneOf, type RawRecord, type Shard, StreamApi } from './stream-api.ts';
import { type Discarded, deliver, type StreamRecord } from './stream-delivery.ts';
import { Wake } from './wake.ts';

/** What GetRecords gives at once. */
const MOST_RECORDS = 1000;

export interface StreamSourceOptions {
  mapping: StreamMapping;
  role: string;
  functionArn: string;
  endpointUrl: () => string;
  state: LambdaState;
  call: Call;
  onStreamRecords: OnStreamRecords;
  invoke: (event: string) => Promise<Outcome>;
  onError: (problem: string) => void;
  /** Milliseconds before the nth repeat of something that failed. */
  backOff: (failures: number) => number;
}

class Stopped extends Error {}

/**
 * Moves a stream's records into a function, shard by shard in order, parents before children. Each shard is read by as
 * many lanes as the mapping's parallelization factor, one of which handles all changes of an item. A lane's checkpoint
 * moves only when a batch is done with: after a crash the unfinished batch comes again, and nothing is left out.
 *
 *   GetRecords → filter, own lane → batch → function (again until done) → checkpoint → GetRecords …
 *
 * A lane without records waits for `onStreamRecords` and costs nothing.
 */
export class StreamSource {
  readonly #options: StreamSourceOptions;
  readonly #api: StreamApi;
  readonly #wake = new Wake();
  #isStopped = false;
  #unsubscribe: (() => void) | undefined;
  #loop: Promise<void> | undefined;

  constructor(options: StreamSourceOptions) {
    this.#options = options;
    this.#api = new StreamApi(options.call, options.role, options.mapping.sourceArn);
  }

  /** Takes the position of a mapping that starts at LATEST for the first time; after it nothing is left out. */
  async start(): Promise<void> {
    const { mapping, onStreamRecords } = this.#options;
    this.#unsubscribe = onStreamRecords(mapping.sourceArn, () => this.#wake.notify());
    const { state } = this.#options;
    const shards = await this.#api.shards();
    if (mapping.startingPosition === 'LATEST' && !state.knows(mapping.id, mapping.sourceArn)) {
      for (const { ShardId } of shards) {
        state.startLanes(this.#reader(ShardId), mapping.parallelizationFactor, await this.#api.end(ShardId));
      }
    }
    // Also of a stream without shards it is now known that the mapping was there.
    state.startLanes(this.#reader(''), 1, '');
    this.#loop = this.#readShards(shards);
  }

  /** No more batches; resolves when the running ones are done. */
  async close(): Promise<void> {
    this.#isStopped = true;
    this.#unsubscribe?.();
    this.#wake.notify();
    await this.#loop;
  }

  #reader(shard: string): ShardReader {
    const { id, sourceArn } = this.#options.mapping;
    return { mapping: id, stream: sourceArn, shard };
  }

  /** Where each lane of a shard goes on; one that the mapping has not seen before is read from its beginning. */
  #positions(shard: string): string[] {
    const { state, mapping } = this.#options;
    const lanes = mapping.parallelizationFactor;
    return state.checkpoints(this.#reader(shard), lanes) ?? state.startLanes(this.#reader(shard), lanes, '');
  }

  async #readShards(first: Shard[]): Promise<void> {
    const started = new Map<string, Promise<void>>();
    const ended = new Set<string>();
    let shards = first;
    while (!this.#isStopped) {
      const seen = this.#wake.version;
      const known = new Set(shards.map((it) => it.ShardId));
      for (const { ShardId: id, ParentShardId: parent } of shards) {
        const isReady = parent === undefined || !known.has(parent) || ended.has(parent);
        if (started.has(id) || !isReady) continue;
        started.set(
          id,
          this.#readShard(id).then(() => void ended.add(id)),
        );
      }
      const running = [...started].filter(([id]) => !ended.has(id)).map(([, shard]) => shard);
      // A shard that ends has children; a stream of none gets its first with its first record.
      await (running.length > 0 ? Promise.race(running) : this.#wake.next(seen));
      if (!this.#isStopped)
        shards = await this.#retrying(
          'listing shards',
          () => this.#api.shards(),
          () => shards,
        );
    }
    await Promise.all(started.values());
  }

  async #readShard(shard: string): Promise<void> {
    await Promise.all(this.#positions(shard).map((position, lane) => this.#readLane(shard, lane, position)));
  }

  /** Until the shard ends or the mapping stops. */
  async #readLane(shard: string, lane: number, from: string): Promise<void> {
    let position = from;
    let failures = 0;
    while (!this.#isStopped) {
      try {
        const end = await this.#readOn(shard, lane, position);
        if (end === undefined) return;
        position = end;
        failures = 0;
      } catch (error) {
        if (error instanceof Stopped || this.#isStopped) return;
        failures += 1;
        // Iterators end after 15 minutes; the position has moved with every batch that is done.
        position = this.#positions(shard)[lane] ?? position;
        if (!(error instanceof AwsError && error.code === 'ExpiredIteratorException'))
          await this.#report('reading', error, failures);
      }
    }
  }

  /** Reads from behind `position` until there is nothing more, then waits. Returns how far it came. */
  async #readOn(shard: string, lane: number, from: string): Promise<string | undefined> {
    let position = from;
    let iterator: string | undefined = await this.#api.iterator(shard, from);
    while (!this.#isStopped && iterator !== undefined) {
      const seen = this.#wake.version;
      const read = await this.#gather(iterator, lane);
      iterator = read.next;
      if (read.last !== undefined) {
        await this.#deliverAll(shard, lane, read.records);
        position = read.last;
        this.#options.state.saveCheckpoint(this.#reader(shard), lane, position);
      } else if (iterator !== undefined) {
        await this.#wake.next(seen);
        return position;
      }
    }
    return iterator === undefined ? undefined : position;
  }

  /** One batch: what is there, or with a batching window what comes until it is full or the window is over. */
  async #gather(
    from: string,
    lane: number,
  ): Promise<{ records: StreamRecord[]; last: string | undefined; next: string | undefined }> {
    const { mapping } = this.#options;
    const records: StreamRecord[] = [];
    let last: string | undefined;
    let next: string | undefined = from;
    let deadline: number | undefined;
    while (next !== undefined && records.length < mapping.batchSize && !this.#isStopped) {
      const seen = this.#wake.version;
      const page = await this.#api.records(next, Math.min(mapping.batchSize - records.length, MOST_RECORDS));
      next = page.next;
      last = page.records.at(-1)?.dynamodb.SequenceNumber ?? last;
      records.push(...page.records.filter((it) => this.#isWanted(it, lane)).map((it) => encode(it, mapping.sourceArn)));
      if (records.length > 0) deadline ??= performance.now() + mapping.windowSeconds * 1000;
      const wait = deadline === undefined ? 0 : deadline - performance.now();
      if (page.records.length > 0 && (wait > 0 || records.length === 0)) continue;
      if (wait <= 0) break;
      await this.#wake.next(seen, wait);
    }
    return { records, last, next };
  }

  #isWanted(it: RawRecord, lane: number): boolean {
    const { mapping } = this.#options;
    return laneOf(it, mapping.parallelizationFactor) === lane && mapping.matches(it);
  }

  async #deliverAll(shard: string, lane: number, records: StreamRecord[]): Promise<void> {
    const { mapping, state, invoke, backOff } = this.#options;
    for (const batch of splitBatches(records, mapping.batchSize)) {
      if (this.#isStopped) throw new Stopped();
      await deliver(batch, {
        mapping,
        invoke,
        done: (record) => state.saveCheckpoint(this.#reader(shard), lane, record.sequenceNumber),
        discard: (discarded) => this.#discard(shard, discarded),
        backOff: (failures) => this.#pause(backOff(failures)),
      });
    }
  }

  /** Tells the destination; where that fails the shard waits, so that nothing goes unnoticed. */
  async #discard(shard: string, discarded: Discarded): Promise<void> {
    const { mapping, functionArn, role, call, endpointUrl, onError } = this.#options;
    if (mapping.onFailure === undefined) {
      onError(
        `${mapping.functionName}: ${discarded.records.length} records of ${mapping.sourceArn} are given up: ${discarded.condition}`,
      );
      return;
    }
    const [, , , , account, queue] = mapping.onFailure.split(':');
    const message = {
      QueueUrl: `${endpointUrl()}/${account}/${queue}`,
      MessageBody: discardedBody(discarded, { functionArn, streamArn: mapping.sourceArn, shard }),
    };
    await this.#retrying(
      'telling the failure destination',
      () => call(role, 'sqs', 'SendMessage', message),
      () => {
        throw new Stopped();
      },
    );
  }

  /** Until it succeeds, or the mapping stops and `otherwise` answers. */
  async #retrying<T>(what: string, work: () => Promise<T>, otherwise: () => T): Promise<T> {
    for (let failures = 1; !this.#isStopped; failures += 1) {
      try {
        return await work();
      } catch (error) {
        await this.#report(what, error, failures);
      }
    }
    return otherwise();
  }

  async #report(what: string, error: unknown, failures: number): Promise<void> {
    if (this.#isStopped) return;
    const { mapping, onError, backOff } = this.#options;
    onError(`${mapping.functionName}: ${what} of ${mapping.sourceArn}: ${String(error)}`);
    await this.#pause(backOff(failures)).catch(() => undefined);
  }

  async #pause(milliseconds: number): Promise<void> {
    const end = performance.now() + milliseconds;
    while (!this.#isStopped && performance.now() < end) {
      await this.#wake.next(this.#wake.version, end - performance.now());
    }
    if (this.#isStopped) throw new Stopped();
  }
}

function encode(it: RawRecord, streamArn: string): StreamRecord {
  return {
    json: JSON.stringify({ ...it, eventSourceARN: streamArn }),
    sequenceNumber: it.dynamodb.SequenceNumber,
    createdAt: it.dynamodb.ApproximateCreationDateTime * 1000,
  };
}
