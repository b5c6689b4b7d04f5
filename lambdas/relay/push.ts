import { locatorOf } from '../../core/alerts/keys.ts';
import { presentSignal } from '../../core/alerts/signal-shape.ts';
import type { StoredSignal } from '../../core/alerts/stored-signal.ts';
import { logger } from '../../core/log.ts';
import { EVERYBODY } from '../../core/push/listener.ts';
import { sendToAll } from '../../core/push/send.ts';
import type { SignalChange } from './change.ts';
import { eventOf, type SignalEvent } from './push-events.ts';

/**
 * Tells who listens of what changed. A push may be lost, and what fails here fails nothing else: dashboards read the list
 * when they connect.
 */
export async function push(changes: readonly SignalChange[]): Promise<void> {
  try {
    const events = changes.flatMap(({ before, after }) => {
      const type = eventOf(before, after);
      return type ? [{ type, signal: after }] : [];
    });
    const audiences = Map.groupBy(events, ({ signal }) => locatorOf(signal));
    if (audiences.size === 0) return;
    const toAll = pushTo(EVERYBODY, events);
    await Promise.all([toAll, ...[...audiences].map(([audience, own]) => pushTo(audience, own))]);
  } catch (error) {
    logger.warn('Changes were not pushed', { error });
  }
}

async function pushTo(audience: string, events: { type: SignalEvent; signal: StoredSignal }[]): Promise<void> {
  await sendToAll(audience, () => Promise.all(events.map(({ type, signal }) => textOf(type, signal))));
}

/** The raw message is left out: it alone could be longer than a WebSocket API takes. */
async function textOf(type: SignalEvent, signal: StoredSignal): Promise<string> {
  const { message, ...data } = await presentSignal(signal);
  return JSON.stringify({ type, at: new Date().toISOString(), user_id: signal.user_id, data });
}
