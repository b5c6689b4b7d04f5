import * as z from 'zod/mini';
import { userLocator } from '../../core/access/tokens.ts';
import { signalTime } from '../../core/alerts/alert-id.ts';
import { OUTCOMES } from '../../core/alerts/audit.ts';
import { type AuditEntry, auditPage } from '../../core/alerts/audit-log.ts';
import { signalFilters } from '../../core/alerts/signal-filters.ts';
import { timesInOrder } from '../../core/http/time-range.ts';
import { listCursor } from './list-cursor.ts';
import { type Route, route } from './route.ts';
import { isoTime, listShape, page } from './shapes.ts';
import { existingUser } from './users.ts';

const auditLog = z.strictObject({
  id: z.uuid(),
  at: isoTime,
  outcome: z.enum(OUTCOMES),
  /** The signal that was made or repeated. */
  signal_id: z.nullable(z.uuid()),
  /** Null, as bytes and duration, where the entry stands for calls of the minute that begins then and were only counted. */
  source_address: z.nullable(z.string()),
  bytes: z.nullable(z.int()),
  duration_ms: z.nullable(z.int()),
  /** For how many calls the entry stands. */
  count: z.int(),
});

auditLog.register(z.globalRegistry, { id: 'AuditLog' });

export const auditLogRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/api/users/{id}/audit-logs',
    summary: "Calls to the user's webhook, taken or refused and why, newest first",
    needs: 'read',
    endUsers: true,
    query: z
      .strictObject({
        ...page,
        outcome: z.optional(z.enum(OUTCOMES)),
        from: signalFilters.from,
        to: signalFilters.to,
      })
      .check(timesInOrder),
    success: { status: 200, body: listShape('audit_logs', auditLog) },
    errors: ['user_not_found'],
    handle: async ({ path, query: { limit, cursor, ...filters } }) => {
      const { before, after } = await listCursor(['audit-logs', path.id, filters], cursor);
      const [{ entries, next }] = await Promise.all([
        auditPage(userLocator(path.id), filters, limit, before, Date.now()),
        existingUser(path.id),
      ]);
      return { audit_logs: entries.map(presentEntry), next_cursor: after(next) };
    },
  }),
];

function presentEntry(entry: AuditEntry): z.input<typeof auditLog> {
  return {
    id: entry.id,
    at: new Date(signalTime(entry.id)).toISOString(),
    outcome: entry.outcome,
    signal_id: entry.signal_id ?? null,
    source_address: entry.source_address ?? null,
    bytes: entry.bytes ?? null,
    duration_ms: entry.answered_ms ?? null,
    count: entry.count,
  };
}
