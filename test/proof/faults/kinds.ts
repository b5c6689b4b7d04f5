import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { type AwsCall, ConnectionDropped } from '../../../local/aws/gateway.ts';
import { AwsError, type AwsResponse } from '../../../local/aws/service.ts';

/**
 * What can happen to a call. The SDK sends a call again that failed with a 5xx, was throttled or got no answer: a fault is
 * of the call with all its sends, so that the caller's own code meets it.
 *
 *     error before   every send is answered 500, and nothing was done
 *     error after    the first send is carried out, and every one is answered 500
 *     answer lost    the first send is carried out, its connection ends, and the SDK's next send goes through
 *     time-out       the first send gets no answer, and is carried out only after the caller gave up on it
 *     throttle       every send is throttled; of a batch one entry is
 *     kill           the first send is carried out, and the caller dies before it hears of that
 */
export const FAULTS = ['error before', 'error after', 'answer lost', 'time-out', 'throttle', 'kill'] as const;
export type Fault = (typeof FAULTS)[number];

export interface FaultyCall {
  call: AwsCall;
  /** Counts the call's sends from 1. */
  send: number;
  next: () => Promise<AwsResponse>;
  /** Ends the caller. */
  kill: () => Promise<void>;
}

/** So long after the caller gave up: the send that took its place has come through by then. */
const LATE_MS = 500;

export async function suffer(fault: Fault, { call, send, next, kill }: FaultyCall): Promise<AwsResponse> {
  switch (fault) {
    case 'error before':
      throw internalError();
    case 'error after':
      if (send === 1) await next();
      throw internalError();
    case 'answer lost':
      if (send > 1) return next();
      await next();
      throw new ConnectionDropped();
    case 'time-out': {
      if (send > 1) return next();
      const { signal } = call.request;
      if (signal && !signal.aborted) await once(signal, 'abort');
      await sleep(LATE_MS);
      await next();
      throw new ConnectionDropped();
    }
    case 'throttle':
      return throttled(call, next);
    case 'kill':
      await next();
      await kill();
      throw new ConnectionDropped();
  }
}

function internalError(): AwsError {
  return new AwsError('InternalServerError', 'We encountered an internal error. Please try again.', 500);
}

/** As each service says it. */
function throttled(call: AwsCall, next: () => Promise<AwsResponse>): Promise<AwsResponse> {
  if (call.operation === 'SendMessageBatch') return oneFails(call, next);
  if (call.operation === 'BatchGetItem') return Promise.resolve(noneProcessed(call));
  const text = 'Rate exceeded';
  switch (call.service) {
    case 's3':
      throw new AwsError('SlowDown', 'Please reduce your request rate.', 503);
    case 'execute-api':
      throw new AwsError('LimitExceededException', text, 429);
    case 'sqs':
      throw new AwsError('RequestThrottled', text, 403);
    default:
      throw new AwsError('ThrottlingException', text, 400);
  }
}

const batch = z.looseObject({ Entries: z.array(z.looseObject({ Id: z.string() })) });
const sent = z.looseObject({ Successful: z.array(z.unknown()).default([]), Failed: z.array(z.unknown()).default([]) });

/** Of a batch of messages the first is not taken. */
async function oneFails({ request }: AwsCall, next: () => Promise<AwsResponse>): Promise<AwsResponse> {
  const input = batch.parse(JSON.parse(request.body.toString()));
  const [first, ...others] = input.Entries;
  const refused = { Id: first?.Id, Code: 'RequestThrottled', Message: 'Rate exceeded', SenderFault: false };
  if (others.length === 0) return json({ Successful: [], Failed: [refused] });
  request.body = Buffer.from(JSON.stringify({ ...input, Entries: others }));
  const answer = sent.parse(JSON.parse((await next()).body.toString()));
  return json({ ...answer, Failed: [...answer.Failed, refused] });
}

const reads = z.looseObject({ RequestItems: z.record(z.string(), z.unknown()) });

function noneProcessed({ request }: AwsCall): AwsResponse {
  const { RequestItems } = reads.parse(JSON.parse(request.body.toString()));
  return json({ Responses: {}, UnprocessedKeys: RequestItems });
}

function json(body: object): AwsResponse {
  return { status: 200, headers: { 'content-type': 'application/x-amz-json-1.0' }, body: JSON.stringify(body) };
}
