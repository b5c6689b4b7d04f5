import type { WebhookToken } from '../../core/access/tokens.ts';
import type { Refusal, TurnedAway } from '../../core/alerts/admission.ts';
import { findTurnedAway } from '../../core/alerts/admit.ts';
import { noteCall, type Outcome, type WebhookCall } from '../../core/alerts/audit.ts';
import { ApiError } from '../../core/http/errors.ts';
import { loadLogger } from './log.ts';

/** Refusals: each is noted in the audit log of the user it concerns, then answered. */

type Refused = TurnedAway | Exclude<Refusal, { kind: 'duplicate' }>;

export async function refuse(locator: string, call: WebhookCall, refused: Refused): Promise<never> {
  // Where there is no user nothing is written: anybody can think up a token.
  if (refused.kind !== 'unknown') await audit(locator, refused.kind, call);
  throw answerTo(refused);
}

/** Refuses a body that is not read. Who sends it is looked at first, as with any other alert. */
export async function refuseUnread(
  token: WebhookToken,
  call: WebhookCall,
  outcome: 'empty' | 'too_large',
  answer: ApiError,
): Promise<never> {
  const away = await findTurnedAway(token.locator, { ...token, ...call });
  if (away) return refuse(token.locator, call, away);
  await audit(token.locator, outcome, call);
  throw answer;
}

/** Notes a call. The answer does not depend on it: where it fails, that is logged. */
export async function audit(
  locator: string,
  outcome: Exclude<Outcome, 'accepted'>,
  call: WebhookCall,
  signalId?: string,
): Promise<void> {
  const logger = await loadLogger();
  const facts = { request_id: call.requestId, locator, outcome };
  if (outcome !== 'duplicate') logger.info('Alert refused', facts);
  try {
    await noteCall(locator, outcome, call, signalId);
  } catch (error) {
    logger.error('A call is missing from the audit log', { ...facts, error });
  }
}

function answerTo(refused: Refused): ApiError {
  switch (refused.kind) {
    case 'unknown':
    case 'wrong_token':
    case 'disabled':
      return new ApiError('webhook_not_found');
    case 'address':
      return new ApiError('address_not_allowed');
    case 'quota':
      return new ApiError('quota_exceeded', { limit: refused.limit }, retryAfter(refused.retryAfterSeconds));
    case 'rate_minute':
    case 'rate_hour': {
      const per = refused.kind === 'rate_minute' ? 'minute' : 'hour';
      return new ApiError('rate_exceeded', { limit: refused.limit, per }, retryAfter(refused.retryAfterSeconds));
    }
  }
}

function retryAfter(seconds: number): Record<string, string> {
  return { 'retry-after': String(seconds) };
}
