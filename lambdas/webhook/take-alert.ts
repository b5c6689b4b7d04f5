import type { WebhookToken } from '../../core/access/tokens.ts';
import type { Refusal } from '../../core/alerts/admission.ts';
import { identifyAlert, signalId } from '../../core/alerts/alert-id.ts';
import { isChartId } from '../../core/alerts/chart-id.ts';
import type { PlanLimits } from '../../core/alerts/plan-limits.ts';
import type { AlertFacts } from '../../core/alerts/signal.ts';
import { countRepeat, putSignal } from '../../core/alerts/signals.ts';
import { packFacts, packMessage } from '../../core/alerts/stored-signal.ts';
import type { User } from '../../core/alerts/user.ts';
import { admit } from '../../core/alerts/users.ts';
import { ApiError } from '../../core/http/errors.ts';
import { estimatedWait } from './estimated-wait.ts';

export interface Receipt {
  success: true;
  signal_id: string;
  screenshot_status: 'processing';
  /** Seconds. */
  estimated_wait: number;
  duplicate?: true;
}

/**
 * Admits an alert and stores it: two writes. Whoever's put succeeds was the first; every other send of the same alert,
 * in parallel, in turn or after a crash between the two writes, finds the same id and is a repeat.
 */
export async function takeAlert(
  token: WebhookToken,
  chart: string | undefined,
  body: string,
  plans: PlanLimits,
  now: number,
): Promise<Receipt> {
  const alert = identifyAlert(token.locator, chart, body);
  const admission = admit(token.locator, { secretHash: token.secretHash, alert: alert.hash, now }, plans);
  // Loaded and read while the answer is on its way: a cold start does not wait for the parser's tables.
  const { parseAlert } = await import('../../core/alerts/parse/index.ts');
  const facts = parseAlert(body);
  const outcome = await admission;
  const { user, notedAt } =
    'admitted' in outcome ? { user: outcome.admitted, notedAt: now } : repeatOf(outcome.refused);
  const id = signalId(notedAt, alert);
  const signal = newSignal(id, user, chart, body, facts);
  const first = await putSignal(token.locator, signal);
  if (!first) await countRepeat(token.locator, id);
  return {
    success: true,
    signal_id: id,
    screenshot_status: 'processing',
    estimated_wait: estimatedWait(user, signal.chart_id !== undefined),
    ...(first ? {} : { duplicate: true }),
  };
}

function repeatOf(refused: Refusal): { user: User; notedAt: number } {
  switch (refused.kind) {
    case 'repeat':
      return refused;
    case 'unknown':
    case 'disabled':
      throw new ApiError('webhook_not_found');
    case 'quota':
      throw new ApiError('quota_exceeded', { limit: refused.limit }, retryAfter(refused.retryAfterSeconds));
    case 'minute':
    case 'hour':
      throw new ApiError(
        'rate_exceeded',
        { limit: refused.limit, per: refused.kind },
        retryAfter(refused.retryAfterSeconds),
      );
  }
}

function retryAfter(seconds: number): Record<string, string> {
  return { 'retry-after': String(seconds) };
}

function newSignal(id: string, user: User, chart: string | undefined, body: string, read: AlertFacts) {
  const { chart_id: named, ...facts } = packFacts(read);
  // A chart that can't be one is left aside: refusing the alert would lose it.
  const chartId = isChartId(chart) ? chart : (named ?? user.default_chart_id);
  return {
    id,
    user_id: user.user_id,
    sequence: user.admitted,
    ...facts,
    chart_id: chartId ?? undefined,
    message: packMessage(body),
    generation: 1,
    screenshot_status: 'pending' as const,
  };
}
