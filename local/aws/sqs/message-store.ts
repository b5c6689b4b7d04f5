import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import type { QueueAttributes, QueueCounts } from './attributes.ts';
import { atomically } from './database.ts';
import type { Draft } from './draft.ts';
import { NO_GROUP, nextGroup, type ReadyGroup } from './fairness.ts';

const stored = z.object({
  seq: z.number(),
  queue: z.string(),
  id: z.string(),
  body: z.string(),
  attributes: z.string(),
  system_attributes: z.string(),
  group_id: z.string(),
  sent_at: z.number(),
  visible_at: z.number(),
  receipt: z.string().nullable(),
  received_at: z.number().nullable(),
  first_received_at: z.number().nullable(),
  receives: z.number(),
  earlier_receives: z.number(),
  dead_letter_source: z.string().nullable(),
});
export type StoredMessage = z.infer<typeof stored>;

/** A message as one receiver holds it. */
export type Receipt = StoredMessage & { receipt: string; first_received_at: number };

const readyGroup = z.object({ id: z.string(), inFlight: z.number(), visibleAt: z.number(), seq: z.number() });
const counts = z.object({ visible: z.number(), inFlight: z.number(), delayed: z.number() });
const soonest = z.object({ at: z.number().nullable() });

/** Where a message goes instead of to a receiver that would be one too many. */
export interface DeadLetters {
  /** Name of the dead-letter queue. */
  queue: string;
  maxReceiveCount: number;
}

/** The messages of all queues. Every public function is one transaction, or part of its caller's. */
export type MessageStore = ReturnType<typeof messageStore>;

// A group's first visible message, by when it became visible: one step in the index, however long the backlog is.
const HEAD = `SELECT seq FROM message WHERE queue = :queue AND group_id = groups.id AND visible_at <= :now
  ORDER BY visible_at, seq LIMIT 1`;
const READY = `JOIN message ON message.seq = (${HEAD})`;
const READY_COLUMNS = `groups.id, message.visible_at AS visibleAt, message.seq,
  (SELECT count(*) FROM message WHERE queue = :queue AND group_id = groups.id AND visible_at > :now
    AND receipt IS NOT NULL) AS inFlight`;

export function messageStore(database: DatabaseSync) {
  const insert = database.prepare(
    `INSERT INTO message (queue, id, body, attributes, system_attributes, group_id, sent_at, visible_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const expire = database.prepare('DELETE FROM message WHERE queue = ? AND sent_at <= ?');
  const readyGroups = database.prepare(
    `WITH RECURSIVE groups (id) AS (
       SELECT min(group_id) FROM message WHERE queue = :queue
       UNION ALL
       SELECT (SELECT min(group_id) FROM message WHERE queue = :queue AND group_id > groups.id)
       FROM groups WHERE groups.id IS NOT NULL
     ) SELECT ${READY_COLUMNS} FROM groups ${READY}`,
  );
  const oneReadyGroup = database.prepare(
    `WITH groups (id) AS (VALUES (:group)) SELECT ${READY_COLUMNS} FROM groups ${READY}`,
  );
  const get = database.prepare('SELECT * FROM message WHERE seq = ?');
  const take = database.prepare(
    `UPDATE message SET receipt = ?, received_at = ?, first_received_at = ifnull(first_received_at, ?), visible_at = ?,
       receives = receives + 1 WHERE seq = ?`,
  );
  const bury = database.prepare(
    `UPDATE message SET queue = ?, dead_letter_source = ?, visible_at = ?, receipt = NULL,
       earlier_receives = earlier_receives + receives, receives = 0 WHERE seq = ?`,
  );
  const renew = database.prepare(
    `UPDATE message SET queue = ?, id = ?, sent_at = ?, visible_at = ?, receipt = NULL, received_at = NULL,
       first_received_at = NULL, receives = 0, earlier_receives = 0, dead_letter_source = NULL WHERE seq = ?`,
  );
  const remove = database.prepare('DELETE FROM message WHERE seq = ? AND receipt = ?');
  const setVisible = database.prepare('UPDATE message SET visible_at = ? WHERE seq = ?');
  const clear = database.prepare('DELETE FROM message WHERE queue = ?');
  const countStates = database.prepare(
    `SELECT ifnull(sum(visible_at <= :now), 0) AS visible,
       ifnull(sum(visible_at > :now AND receipt IS NOT NULL), 0) AS inFlight,
       ifnull(sum(visible_at > :now AND receipt IS NULL), 0) AS delayed
     FROM message WHERE queue = :queue`,
  );
  const firstVisible = database.prepare('SELECT min(visible_at) AS at FROM message WHERE queue = ?');
  const oldest = database.prepare(
    'SELECT * FROM message WHERE queue = ? AND visible_at <= ? ORDER BY visible_at, seq LIMIT ?',
  );

  function removeExpired(queue: string, retentionSeconds: number): void {
    expire.run(queue, Date.now() - retentionSeconds * 1000);
  }

  function takeOne(head: ReadyGroup, now: number, visibilitySeconds: number): Receipt {
    const receipt = randomUUID();
    // At least a moment, or one receive with a visibility timeout of 0 would take the same message again.
    take.run(receipt, now, now, now + Math.max(1, visibilitySeconds * 1000), head.seq);
    const message = stored.parse(get.get(head.seq));
    return { ...message, receipt, first_received_at: message.first_received_at ?? now };
  }

  return {
    /** Stores a message. @param delaySeconds until it is visible @returns its id */
    send(queue: string, draft: Draft, delaySeconds: number): string {
      const now = Date.now();
      const id = randomUUID();
      insert.run(
        queue,
        id,
        draft.MessageBody,
        JSON.stringify(draft.MessageAttributes ?? {}),
        JSON.stringify(draft.MessageSystemAttributes ?? {}),
        draft.MessageGroupId ?? NO_GROUP,
        now,
        now + delaySeconds * 1000,
      );
      return id;
    },

    /**
     * Takes up to `most` visible messages, fairly over the groups. One that was received as often as its redrive policy
     * allows goes to the dead-letter queue instead, keeping the time at which it was sent.
     */
    receive(
      queue: { name: string; arn: string; attributes: QueueAttributes },
      most: number,
      visibilitySeconds: number,
      deadLetters: DeadLetters | undefined,
    ): { messages: Receipt[]; buried: number } {
      const now = Date.now();
      const messages: Receipt[] = [];
      let buried = 0;
      atomically(database, () => {
        removeExpired(queue.name, queue.attributes.MessageRetentionPeriod);
        const groups = new Map<string, ReadyGroup>();
        for (const row of readyGroups.iterate({ queue: queue.name, now })) {
          const group = readyGroup.parse(row);
          groups.set(group.id, group);
        }
        for (let head = nextGroup(groups.values()); head && messages.length < most; head = nextGroup(groups.values())) {
          const message = stored.parse(get.get(head.seq));
          if (deadLetters && message.receives >= deadLetters.maxReceiveCount) {
            bury.run(deadLetters.queue, queue.arn, now, head.seq);
            buried++;
          } else {
            messages.push(takeOne(head, now, visibilitySeconds));
          }
          const next = oneReadyGroup.get({ queue: queue.name, group: head.id, now });
          if (next) groups.set(head.id, readyGroup.parse(next));
          else groups.delete(head.id);
        }
      });
      return { messages, buried };
    },

    find(seq: number): StoredMessage | undefined {
      const row = get.get(seq);
      return row && stored.parse(row);
    },

    /** Deletes the message unless it was received again since that receipt was given. */
    delete(seq: number, receipt: string): void {
      remove.run(seq, receipt);
    },

    setVisibleAt(seq: number, at: number): void {
      setVisible.run(at, seq);
    },

    purge(queue: string): void {
      clear.run(queue);
    },

    counts(queue: string, retentionSeconds: number): QueueCounts {
      removeExpired(queue, retentionSeconds);
      return counts.parse(countStates.get({ queue, now: Date.now() }));
    },

    /** When the first message of this queue is or was visible, ms since 1970; undefined in an empty queue. */
    firstVisibleAt(queue: string): number | undefined {
      return soonest.parse(firstVisible.get(queue)).at ?? undefined;
    },

    /** The visible messages that wait longest. */
    visible(queue: string, most: number): StoredMessage[] {
      return oldest.all(queue, Date.now(), most).map((row) => stored.parse(row));
    },

    /** Puts a message into another queue as a new one: new id, age and counts. */
    resend(seq: number, queue: string, delaySeconds: number): void {
      const now = Date.now();
      renew.run(queue, randomUUID(), now, now + delaySeconds * 1000, seq);
    },
  };
}
