import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import * as z from 'zod/mini';
import { userLocator } from '../../core/access/tokens.ts';
import {
  countUnfinishedExports,
  createExport,
  EXPORT_STATUSES,
  exportFile,
  exportId,
  FAILURE_REASONS,
  getExport,
  type StoredExport,
} from '../../core/alerts/exports.ts';
import { signalFilters } from '../../core/alerts/signal-filters.ts';
import { environment } from '../../core/aws/environment.ts';
import { ApiError } from '../../core/http/errors.ts';
import { timesInOrder } from '../../core/http/time-range.ts';
import { type Route, route } from './route.ts';
import { isoTime } from './shapes.ts';
import { existingUser } from './users.ts';

/** Exports that a user may have in progress. */
const MAX_UNFINISHED = 3;
const RETRY_AFTER_SECONDS = 30;

const URL_SECONDS = 15 * 60;

const text = z.optional(z.string());

const exportShape = z.strictObject({
  id: z.uuid(),
  user_id: z.string(),
  status: z.enum(EXPORT_STATUSES),
  /** As they were understood: capitals, keys of indicators, times in UTC. */
  filters: z.strictObject({
    ticker: text,
    exchange: text,
    symbol: text,
    indicator: text,
    signal_type: text,
    timeframe: text,
    result: text,
    screenshot_status: text,
    from: z.optional(isoTime),
    to: z.optional(isoTime),
    q: text,
  }),
  rows: z.nullable(z.int()),
  bytes: z.nullable(z.int()),
  created_at: isoTime,
  completed_at: z.nullable(isoTime),
  /** Why it failed. */
  reason: z.nullable(z.enum(FAILURE_REASONS)),
  /** A CSV file. */
  url: z.nullable(z.url()),
  url_expires_at: z.nullable(isoTime),
});

exportShape.register(z.globalRegistry, { id: 'Export' });

export const exportRoutes: readonly Route[] = [
  route({
    method: 'POST',
    path: '/api/users/{id}/exports',
    summary: "Asks for a CSV file of a user's signals, all or those of the list's filters",
    needs: 'write',
    endUsers: true,
    body: z.strictObject(signalFilters).check(timesInOrder),
    success: { status: 201, body: exportShape },
    errors: ['user_not_found', 'too_many_exports'],
    handle: async ({ path, body }) => {
      const locator = userLocator(path.id);
      const [user, unfinished] = await Promise.all([existingUser(path.id), countUnfinishedExports(locator)]);
      if (unfinished >= MAX_UNFINISHED) {
        throw new ApiError(
          'too_many_exports',
          { limit: MAX_UNFINISHED },
          { 'retry-after': String(RETRY_AFTER_SECONDS) },
        );
      }
      const now = Date.now();
      const days = Number(environment('EXPORTS_DAYS'));
      return presentExport(await createExport(locator, { userId: user.user_id, filters: body, days }, now), now);
    },
  }),
  route({
    method: 'GET',
    path: '/api/users/{id}/exports/{export_id}',
    summary: 'An export, with an address of its file that expires',
    needs: 'read',
    endUsers: true,
    success: { status: 200, body: exportShape },
    errors: ['user_not_found', 'export_not_found'],
    handle: async ({ path }) => {
      const now = Date.now();
      const [, stored] = await Promise.all([
        existingUser(path.id),
        getExport(userLocator(path.id), path.export_id, now),
      ]);
      if (!stored) throw new ApiError('export_not_found');
      return presentExport(stored, now);
    },
  }),
];

async function presentExport(stored: StoredExport, now: number): Promise<z.input<typeof exportShape>> {
  const { from, to, ...filters } = stored.filters;
  const url = await signedUrl(stored);
  return {
    id: exportId(stored),
    user_id: stored.user_id,
    status: stored.status,
    filters: { ...filters, from: isoOf(from), to: isoOf(to) },
    rows: stored.rows ?? null,
    bytes: stored.bytes ?? null,
    created_at: stored.created_at,
    completed_at: stored.completed_at ?? null,
    reason: stored.reason ?? null,
    url,
    url_expires_at: url && new Date(now + URL_SECONDS * 1000).toISOString(),
  };
}

function isoOf(time: number | undefined): string | undefined {
  return time === undefined ? undefined : new Date(time).toISOString();
}

const s3 = new S3Client({});

/** Signed when read: a stored URL would die with the role's session. */
async function signedUrl(stored: StoredExport): Promise<string | null> {
  if (stored.completed_try === undefined) return null;
  const name = `signals-${stored.created_at.replace(/[:.]/g, '-')}.csv`;
  const file = new GetObjectCommand({
    Bucket: environment('EXPORTS_BUCKET'),
    Key: exportFile(stored, stored.completed_try),
    ResponseContentDisposition: `attachment; filename="${name}"`,
  });
  return getSignedUrl(s3, file, { expiresIn: URL_SECONDS });
}
