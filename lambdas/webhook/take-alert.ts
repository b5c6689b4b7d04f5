import type { WebhookToken } from '../../core/access/tokens.ts';
import { admit } from '../../core/alerts/admit.ts';
import { identifyAlert, signalId } from '../../core/alerts/alert-id.ts';
import { elapsed, type WebhookCall, wasDeleted } from '../../core/alerts/audit.ts';
import { isChartId } from '../../core/alerts/chart-id.ts';
import type { PlanLimits } from '../../core/alerts/plan-limits.ts';
import type { AlertFacts } from '../../core/alerts/signal.ts';
import { countRepeat, putSignal } from '../../core/alerts/signals.ts';
import { packFacts, packMessage } from '../../core/alerts/stored-signal.ts';
import type { User } from '../../core/alerts/user.ts';
import { estimatedWait, waitingCaptures } from './estimated-wait.ts';
import { loadLogger } from './log.ts';
import { audit, refuse } from './refuse.ts';

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
  call: WebhookCall,
): Promise<Receipt> {
  const { locator, secretHash } = token;
  const { address, now } = call;
  const alert = identifyAlert(locator, chart, body);
  const admission = admit(locator, { secretHash, address, alert: alert.hash, now }, plans);
  // Loaded while the answer is on its way: a cold start waits neither for the parser's tables nor for the logger.
  const [{ parseAlert }, logger] = await Promise.all([import('../../core/alerts/parse/index.ts'), loadLogger()]);
  const facts = parseAlert(body);
  const outcome = await admission;
  if (outcome.kind !== 'admitted' && outcome.kind !== 'duplicate') return refuse(locator, call, outcome);
  const { user, notedAt } = outcome;
  const id = signalId(notedAt, alert);
  const signal = newSignal(id, user, chart, body, facts);
  // A repeat finds its signal, or stores what an earlier send was cut off from storing, but not what was deleted since.
  const known = outcome.kind === 'duplicate' && ((await countRepeat(locator, id)) || (await wasDeleted(locator, id)));
  const first =
    !known && (await putSignal(locator, { ...signal, source_address: address, answered_ms: elapsed(call) }));
  if (!first && !known) await countRepeat(locator, id);
  if (!first) await audit(locator, 'duplicate', call, id);
  const names = { request_id: call.requestId, user_id: user.user_id, signal_id: id };
  logger.info('Alert taken', { ...names, duplicate: !first, ms: elapsed(call) });
  return {
    success: true,
    signal_id: id,
    screenshot_status: 'processing',
    estimated_wait: estimatedWait(user, signal.chart_id !== undefined),
    ...(first ? {} : { duplicate: true }),
  };
}

function newSignal(id: string, user: User, chart: string | undefined, body: string, read: AlertFacts) {
  const { chart_id: named, ...facts } = packFacts(read);
  // A chart that can't be one is left aside: refusing the alert would lose it.
  const chartId = isChartId(chart) ? chart : (named ?? user.default_chart_id);
  return {
    id,
    user_id: user.user_id,
    sequence: user.admitted,
    waiting: waitingCaptures(user),
    ...facts,
    chart_id: chartId ?? undefined,
    message: packMessage(body),
    generation: 1,
    screenshot_status: 'pending' as const,
  };
}
