import middy from '@middy/core';
import { readWebhookToken } from '../../core/access/tokens.ts';
import { readPlanLimits } from '../../core/alerts/plan-limits.ts';
import { environment } from '../../core/aws/environment.ts';
import { answers, type HttpAnswer, type HttpEvent, json } from '../../core/http/answer.ts';
import { ApiError } from '../../core/http/errors.ts';
import { loadLogger } from './log.ts';
import { refuseUnread } from './refuse.ts';
import { takeAlert } from './take-alert.ts';

/** `POST /webhook/u/{token}?chart=`: nothing but this route and the answers to everything else at its door. */

const MAX_BODY_BYTES = 64 * 1024;
const plans = readPlanLimits(environment('PLAN_LIMITS'));

async function webhook(event: HttpEvent): Promise<HttpAnswer> {
  const startedAt = performance.now();
  const { requestId, http } = event.requestContext;
  const { method, sourceIp: address } = http;
  if (method !== 'POST') throw new ApiError('method_not_allowed', {}, { allow: 'POST' });
  const path = /^\/webhook\/u\/([^/]+)\/?$/.exec(event.rawPath);
  if (!path) throw new ApiError('not_found');
  const token = readWebhookToken(path[1] ?? '');
  if (!token) throw new ApiError('webhook_not_found');
  const body = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
  const call = { address, requestId, bytes: body.length, now: Date.now(), startedAt };
  if (body.length === 0) return refuseUnread(token, call, 'empty', new ApiError('empty_alert'));
  if (body.length > MAX_BODY_BYTES) {
    const tooLarge = new ApiError('payload_too_large', { limit_bytes: MAX_BODY_BYTES });
    return refuseUnread(token, call, 'too_large', tooLarge);
  }
  const chart = event.queryStringParameters?.['chart'];
  return json(200, await takeAlert(token, chart, body.toString(), plans, call));
}

export const handler = middy<HttpEvent, HttpAnswer>()
  .use(answers(async (error, request_id) => (await loadLogger()).error('Webhook failed', { error, request_id })))
  .handler(webhook);
