import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod/mini';
import { environment } from '../aws/environment.ts';

/**
 * Pushes of programs that must not wait for who listens: over a queue, whose function sends them. Records of the alerts table
 * need none of it; their pushes follow from its stream.
 */

const sqs = new SQSClient({});

const jobSchema = z.object({ audience: z.string(), text: z.string() });

/** @param now when it happened; pushes may come in another order */
export async function pushLater(audience: string, type: string, data: object, now: number): Promise<void> {
  const text = JSON.stringify({ type, at: new Date(now).toISOString(), data });
  const MessageBody = JSON.stringify({ audience, text });
  await sqs.send(new SendMessageCommand({ QueueUrl: environment('PUSH_QUEUE'), MessageBody }));
}

/** @throws where it is none */
export function readPush(body: string): z.output<typeof jobSchema> {
  return jobSchema.parse(JSON.parse(body));
}
