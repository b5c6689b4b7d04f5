import * as z from 'zod/mini';
import { CHART_ID } from '../../../core/alerts/chart-id.ts';
import type { ErrorCode } from '../../../core/http/errors.ts';
import type { Receipt } from '../../webhook/take-alert.ts';

/** TradingView's door, as the document tells of it; what it does is in `lambdas/webhook`. */

export const WEBHOOK_PATH = '/webhook/u/{token}';

/** What the alert may be named besides its body. A chart that can't be one is left aside, not refused. */
export const webhookQuery = z.object({
  chart: z.optional(z.string().check(z.regex(CHART_ID), z.describe('The TradingView chart to photograph.'))),
});

export const receiptShape: z.ZodMiniType<Receipt, Receipt> = z
  .strictObject({
    success: z.literal(true),
    signal_id: z.uuid(),
    screenshot_status: z.literal('processing'),
    estimated_wait: z.int().check(z.minimum(0)),
    duplicate: z.exactOptional(z.literal(true)),
  })
  .register(z.globalRegistry, { id: 'Receipt', description: 'The alert is stored.' });

export const WEBHOOK_ERRORS: readonly ErrorCode[] = [
  'address_not_allowed',
  'webhook_not_found',
  'payload_too_large',
  'empty_alert',
  'quota_exceeded',
  'rate_exceeded',
  'internal_error',
  'unavailable',
];
