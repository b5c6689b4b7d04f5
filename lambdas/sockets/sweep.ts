import type { Context } from 'aws-lambda';
import { endedKeys } from '../../core/access/api-keys.ts';
import { logger, logInvocation } from '../../core/log.ts';
import { allConnections } from '../../core/push/connections.ts';
import { hangUp } from '../../core/push/send.ts';

/** Each minute: ends the connections whose credential has ended, by its time or because it was revoked. */
export async function handler(_: unknown, context: Context): Promise<void> {
  logInvocation(context);
  const now = Date.now();
  const connections = await allConnections();
  const prefixes = [...new Set(connections.flatMap(({ key_prefix }) => key_prefix ?? []))];
  const ended = await endedKeys(prefixes, now);
  const over = connections.filter((it) => it.ends_at <= now || (it.key_prefix && ended.has(it.key_prefix)));
  await Promise.all(over.map(hangUp));
  if (over.length > 0) logger.info('Connections ended', { ended: over.length, open: connections.length - over.length });
}
