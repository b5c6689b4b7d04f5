import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { AwsError } from '../service.ts';
import { readProperties } from '../template-properties.ts';
import {
  allowsSource,
  type QueueAttributes,
  queueArn,
  queueAttributes,
  queueName,
  queueProperties,
} from './attributes.ts';

export interface Queue {
  name: string;
  arn: string;
  attributes: QueueAttributes;
  /** ms since 1970 */
  createdAt: number;
  modifiedAt: number;
}

const row = z.object({ name: z.string(), attributes: z.string(), created_at: z.number(), modified_at: z.number() });

/** The queues themselves, known by name. */
export type QueueStore = ReturnType<typeof queueStore>;

export function queueStore(database: DatabaseSync) {
  const save = database.prepare(
    `INSERT INTO queue (name, attributes, created_at, modified_at) VALUES (?, ?, ?, ?)
     ON CONFLICT (name) DO UPDATE SET attributes = excluded.attributes, modified_at = excluded.modified_at`,
  );
  const queues = new Map<string, Queue>();
  for (const stored of database.prepare('SELECT * FROM queue').all()) {
    const { name, attributes, created_at, modified_at } = row.parse(stored);
    const parsed = queueAttributes.parse(JSON.parse(attributes));
    queues.set(name, { name, arn: queueArn(name), attributes: parsed, createdAt: created_at, modifiedAt: modified_at });
  }

  function put(name: string, attributes: QueueAttributes): Queue {
    const before = queues.get(name);
    const text = JSON.stringify(attributes);
    if (before && JSON.stringify(before.attributes) === text) return before;
    const now = Date.now();
    const queue = { name, arn: queueArn(name), attributes, createdAt: before?.createdAt ?? now, modifiedAt: now };
    save.run(name, text, queue.createdAt, now);
    queues.set(name, queue);
    return queue;
  }

  /** The queue that takes this one's failed messages, where it has one that exists. */
  function deadLetterQueue(queue: Queue): Queue | undefined {
    const target = queueName(queue.attributes.RedrivePolicy?.deadLetterTargetArn ?? '');
    return target === undefined ? undefined : queues.get(target);
  }

  function checkRedrive(queue: Queue): void {
    const target = deadLetterQueue(queue);
    if (target && !allowsSource(target.attributes, queue.arn)) {
      throw new Error(`Queue ${target.name} does not permit ${queue.arn} as a source (RedriveAllowPolicy).`);
    }
  }

  return {
    /** @throws Error that names an unsupported or wrong property */
    define(name: string, properties: unknown): Queue {
      if (!/^[A-Za-z0-9_-]{1,80}$/.test(name))
        throw new Error(`AWS::SQS::Queue ${name}: not a name of a standard queue`);
      const {
        QueueName,
        Tags: _,
        ...attributes
      } = readProperties(queueProperties, `AWS::SQS::Queue ${name}`, properties);
      if (QueueName !== undefined && QueueName !== name) {
        throw new Error(`AWS::SQS::Queue ${name}: QueueName is ${QueueName}`);
      }
      const queue = put(name, attributes);
      for (const other of queues.values()) checkRedrive(other);
      return queue;
    },

    /** Changes attributes until the template is applied again. @param change names and text values as in the API */
    change(queue: Queue, change: Record<string, string>): void {
      // An empty policy or key removes it.
      const merged = Object.entries({ ...queue.attributes, ...change }).filter(([, value]) => value !== '');
      const parsed = queueAttributes.safeParse(Object.fromEntries(merged));
      if (!parsed.success) {
        const issue = parsed.error.issues[0];
        const code = issue?.code === 'unrecognized_keys' ? 'InvalidAttributeName' : 'InvalidAttributeValue';
        throw new AwsError(code, `Invalid value for the parameter ${issue?.path.join('.')}: ${issue?.message}`);
      }
      put(queue.name, parsed.data);
    },

    /** @throws AwsError QueueDoesNotExist */
    get(name: string | undefined): Queue {
      const queue = name === undefined ? undefined : queues.get(name);
      if (!queue) throw new AwsError('QueueDoesNotExist', 'The specified queue does not exist.');
      return queue;
    },

    find(name: string): Queue | undefined {
      return queues.get(name);
    },

    deadLetterQueue,

    /** Queues whose failed messages go to this one. */
    sourcesOf(target: Queue): Queue[] {
      return [...queues.values()].filter((queue) => queue.attributes.RedrivePolicy?.deadLetterTargetArn === target.arn);
    },

    /** All, by name. */
    list(): Queue[] {
      return [...queues.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    },
  };
}
