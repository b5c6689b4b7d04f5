import { Duration } from 'aws-cdk-lib';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';

/** Queues as all of ours are: encrypted, reached by TLS only, keeping what nobody takes for as long as SQS can. */

/** A message stays hidden a little longer than its function may run, and no longer: after a crash it comes again then. */
const MARGIN = Duration.seconds(5);

/** Only crashes and long outages come so far: what a job counts as a try ends long before. */
const MAX_RECEIVES = 10;

const COMMON = {
  encryption: QueueEncryption.SQS_MANAGED,
  enforceSSL: true,
  retentionPeriod: Duration.days(14),
};

/** @param timeout how long the function that consumes the queue may run */
export function jobQueue(scope: Construct, id: string, timeout: Duration, deadLetters: Queue): Queue {
  return new Queue(scope, id, {
    ...COMMON,
    visibilityTimeout: timeout.plus(MARGIN),
    deadLetterQueue: { queue: deadLetters, maxReceiveCount: MAX_RECEIVES },
  });
}

export function deadLetterQueue(scope: Construct, id: string): Queue {
  return new Queue(scope, id, COMMON);
}
