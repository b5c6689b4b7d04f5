import { z } from 'zod';
import { kmsKeyId } from '../kms-key.ts';
import { ACCOUNT, REGION } from '../service.ts';

/** A number as a template or the API gives it: `30` or `"30"`. */
const integer = (least: number, most: number) =>
  z
    .union([z.number(), z.string().regex(/^\d+$/, 'must be a whole number').transform(Number)])
    .pipe(z.int().min(least).max(most));

const flag = z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')]);

/** A policy as a template (object) or the API (JSON text) gives it. */
const policy = <T extends z.ZodType>(schema: T) =>
  z
    .unknown()
    .transform((value, context) => {
      if (typeof value !== 'string') return value;
      try {
        return JSON.parse(value);
      } catch {
        context.addIssue({ code: 'custom', message: 'is not JSON' });
        return z.NEVER;
      }
    })
    .pipe(schema);

const redrivePolicy = policy(z.strictObject({ deadLetterTargetArn: z.string(), maxReceiveCount: integer(1, 1000) }));

const redriveAllowPolicy = policy(
  z.strictObject({
    redrivePermission: z.enum(['allowAll', 'denyAll', 'byQueue']),
    sourceQueueArns: z.array(z.string()).max(10).optional(),
  }),
);

/**
 * A standard queue's attributes: seconds and bytes, with the ranges and defaults of the SQS API reference
 * (CreateQueue). The names are the same in templates and in the API.
 */
export const queueAttributes = z.strictObject({
  VisibilityTimeout: integer(0, 43_200).default(30),
  DelaySeconds: integer(0, 900).default(0),
  MessageRetentionPeriod: integer(60, 1_209_600).default(345_600),
  ReceiveMessageWaitTimeSeconds: integer(0, 20).default(0),
  MaximumMessageSize: integer(1024, 1_048_576).default(1_048_576),
  RedrivePolicy: redrivePolicy.optional(),
  RedriveAllowPolicy: redriveAllowPolicy.optional(),
  KmsMasterKeyId: kmsKeyId.optional(),
  KmsDataKeyReusePeriodSeconds: integer(60, 86_400).default(300),
  SqsManagedSseEnabled: flag.default(true),
});
export type QueueAttributes = z.infer<typeof queueAttributes>;

/** Properties of `AWS::SQS::Queue`: the attributes and what only CloudFormation knows. */
export const queueProperties = queueAttributes.extend({
  QueueName: z.string().optional(),
  Tags: z.unknown().optional(),
});

const ARN_START = `arn:aws:sqs:${REGION}:${ACCOUNT}:`;

export function queueArn(name: string): string {
  return `${ARN_START}${name}`;
}

/** The name of the queue with this ARN; undefined where it is no queue of this account and region. */
export function queueName(arn: string): string | undefined {
  return arn.startsWith(ARN_START) ? arn.slice(ARN_START.length) : undefined;
}

/** Whether a dead-letter queue takes messages of that source. */
export function allowsSource(attributes: QueueAttributes, sourceArn: string): boolean {
  const allow = attributes.RedriveAllowPolicy;
  if (allow === undefined || allow.redrivePermission === 'allowAll') return true;
  return allow.redrivePermission === 'byQueue' && (allow.sourceQueueArns ?? []).includes(sourceArn);
}

export interface QueueCounts {
  visible: number;
  inFlight: number;
  delayed: number;
}

/** Attributes as `GetQueueAttributes` answers them: all values are text. Times are in whole seconds. */
export function describeAttributes(
  arn: string,
  attributes: QueueAttributes,
  counts: QueueCounts,
  times: { createdAt: number; modifiedAt: number },
): Record<string, string> {
  const { RedrivePolicy, RedriveAllowPolicy, KmsMasterKeyId, KmsDataKeyReusePeriodSeconds, ...plain } = attributes;
  return {
    QueueArn: arn,
    ...Object.fromEntries(Object.entries(plain).map(([name, value]) => [name, String(value)])),
    ApproximateNumberOfMessages: String(counts.visible),
    ApproximateNumberOfMessagesNotVisible: String(counts.inFlight),
    ApproximateNumberOfMessagesDelayed: String(counts.delayed),
    CreatedTimestamp: String(Math.floor(times.createdAt / 1000)),
    LastModifiedTimestamp: String(Math.floor(times.modifiedAt / 1000)),
    ...(RedrivePolicy && { RedrivePolicy: JSON.stringify(RedrivePolicy) }),
    ...(RedriveAllowPolicy && { RedriveAllowPolicy: JSON.stringify(RedriveAllowPolicy) }),
    ...(KmsMasterKeyId !== undefined && {
      KmsMasterKeyId,
      KmsDataKeyReusePeriodSeconds: String(KmsDataKeyReusePeriodSeconds),
      SqsManagedSseEnabled: 'false',
    }),
  };
}
