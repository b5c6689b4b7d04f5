import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { userLocator } from '../access/tokens.ts';
import { signalKey } from '../alerts/keys.ts';
import { getSignal, requestCapture } from '../alerts/signals.ts';
import { getUserByLocator } from '../alerts/users.ts';
import { type CaptureDeadLetter, readDeadLetter } from './job.ts';

/**
 * Asks again for the captures whose dead letters lie in a queue. A letter is deleted when its capture was asked for, or
 * when nobody waits for it any more; a run that breaks off leaves the rest as it is. An operator's tool, no Lambda's.
 */

const sqs = new SQSClient({});

/** For so long nobody else gets a letter; those that stay are given back at the end. */
const HIDDEN_SECONDS = 900;

export interface RedriveFilter {
  user?: string | undefined;
  reason?: string | undefined;
}

/** What became of the letters. */
export interface RedriveCounts {
  /** Captures that were asked for. */
  set_pending: number;
  /** Deleted: the capture was asked for meanwhile, has ended well, or its signal or user is gone. */
  superseded: number;
  completed: number;
  gone: number;
  /** Left where they are: other users' or reasons', changed at that moment, no capture's letter, or failed again just now. */
  left: number;
}

type Fate = keyof RedriveCounts;

export async function redriveCaptures(queueUrl: string, filter: RedriveFilter): Promise<RedriveCounts> {
  const counts: RedriveCounts = { set_pending: 0, superseded: 0, completed: 0, gone: 0, left: 0 };
  const asked = new Set<string>();
  const left = new Map<string, string>();
  for (;;) {
    const letters = await receive(queueUrl);
    // Nothing comes any more but what is to stay.
    if (letters.every(({ id }) => left.has(id))) break;
    for (const { id, receipt, body } of letters) {
      const fate = await fateOf(body, filter, asked);
      if (fate === 'left') left.set(id, receipt);
      else {
        counts[fate]++;
        await sqs.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle: receipt }));
      }
    }
  }
  for (const receipt of left.values()) {
    await sqs.send(
      new ChangeMessageVisibilityCommand({ QueueUrl: queueUrl, ReceiptHandle: receipt, VisibilityTimeout: 0 }),
    );
  }
  return { ...counts, left: left.size };
}

/** @param asked the signals whose captures this run asked for: one that fails again is not asked for in a circle */
async function fateOf(body: string, filter: RedriveFilter, asked: Set<string>): Promise<Fate> {
  const letter = readLetter(body);
  if (!letter || !matches(letter, filter) || asked.has(letter.signal_id)) return 'left';
  const { locator, signal_id, generation } = letter;
  const key = signalKey(locator, signal_id);
  const [signal, user] = await Promise.all([getSignal(key), getUserByLocator(locator)]);
  if (!signal || !user) return 'gone';
  if (signal.generation !== generation) return 'superseded';
  if (signal.screenshot_status === 'completed') return 'completed';
  if (!(await requestCapture(key, Date.now(), signal))) return 'left';
  asked.add(signal_id);
  return 'set_pending';
}

function readLetter(body: string): CaptureDeadLetter | undefined {
  try {
    return readDeadLetter(body);
  } catch {
    return undefined;
  }
}

function matches({ locator, reason }: CaptureDeadLetter, filter: RedriveFilter): boolean {
  const isOfUser = filter.user === undefined || userLocator(filter.user) === locator;
  return isOfUser && (filter.reason === undefined || filter.reason === reason);
}

async function receive(QueueUrl: string): Promise<{ id: string; receipt: string; body: string }[]> {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl,
      MaxNumberOfMessages: 10,
      VisibilityTimeout: HIDDEN_SECONDS,
      // A long poll asks all of SQS's servers: an empty answer means an empty queue.
      WaitTimeSeconds: 2,
    }),
  );
  return Messages.map(({ MessageId = '', ReceiptHandle = '', Body = '' }: Message) => ({
    id: MessageId,
    receipt: ReceiptHandle,
    body: Body,
  }));
}
