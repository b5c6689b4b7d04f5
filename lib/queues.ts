import { Duration } from 'aws-cdk-lib';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { ServiceAlarm } from './alarms.ts';

/** Queues as all of ours are: encrypted, reached by TLS only, keeping what nobody takes for as long as SQS can, watched. */

/** A message stays hidden a little longer than its function may run, and no longer: after a crash it comes again then. */
const MARGIN = Duration.seconds(5);

/** Only crashes and long outages come so far: what a job counts as a try ends long before. */
const MAX_RECEIVES = 10;

/** Longer than any job waits that is only tried again. */
const OLD = Duration.hours(1);

const COMMON = {
  encryption: QueueEncryption.SQS_MANAGED,
  enforceSSL: true,
  retentionPeriod: Duration.days(14),
};

/** @param timeout how long the function that consumes the queue may run */
export function jobQueue(scope: Construct, id: string, timeout: Duration, deadLetters: Queue): Queue {
  const queue = new Queue(scope, id, {
    ...COMMON,
    visibilityTimeout: timeout.plus(MARGIN),
    deadLetterQueue: { queue: deadLetters, maxReceiveCount: MAX_RECEIVES },
  });
  new ServiceAlarm(queue, 'Old', {
    says: `The oldest job in the queue ${queue.node.path} has waited for more than an hour.`,
    entry: 'Jobs wait long',
    metric: queue.metricApproximateAgeOfOldestMessage({ period: Duration.minutes(5) }),
    over: OLD.toSeconds(),
  });
  return queue;
}

export function deadLetterQueue(scope: Construct, id: string): Queue {
  const queue = new Queue(scope, id, COMMON);
  new ServiceAlarm(queue, 'NotEmpty', {
    says: `What was given up lies in the queue ${queue.node.path}.`,
    entry: 'Dead letters',
    metric: queue.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(5) }),
    over: 0,
  });
  return queue;
}
