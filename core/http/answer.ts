import type { MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import * as z from 'zod/mini';
import { ApiError, preferredLanguage } from './errors.ts';

export type HttpEvent = APIGatewayProxyEventV2;
export type HttpAnswer = APIGatewayProxyStructuredResultV2;

export function json(statusCode: number, body: unknown, headers: Record<string, string> = {}): HttpAnswer {
  return {
    statusCode,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body: JSON.stringify(body),
  };
}

/** What AWS's SDK throws when a dependency is slow or throttles, after its own retries. */
const PASSING = new Set([
  'Contended',
  'Overtaken',
  'ProvisionedThroughputExceededException',
  'ThrottlingException',
  'RequestLimitExceeded',
  'TransactionConflictException',
  'RequestThrottled',
  'SlowDown',
  'TimeoutError',
  'ECONNREFUSED',
  'ECONNRESET',
]);

const thrown = z.catch(
  z.object({
    name: z.optional(z.string()),
    code: z.optional(z.string()),
    /** Of a service's answer. */
    $metadata: z.optional(z.object({ httpStatusCode: z.optional(z.number()) })),
  }),
  {},
);

function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  const { name = '', code = '', $metadata } = thrown.parse(error);
  const isDown = ($metadata?.httpStatusCode ?? 0) >= 500;
  if (isDown || PASSING.has(name) || PASSING.has(code)) return new ApiError('unavailable', {}, { 'retry-after': '5' });
  return new ApiError('internal_error');
}

/** Turns what a handler throws into the error answer, and puts `x-request-id` on every answer. */
export function answers(
  log: (error: unknown, requestId: string) => void | Promise<void>,
): MiddlewareObj<HttpEvent, HttpAnswer> {
  return {
    after: ({ event, response }) => {
      if (response) response.headers = { ...response.headers, 'x-request-id': event.requestContext.requestId };
    },
    onError: async (request) => {
      const requestId = request.event.requestContext.requestId;
      const error = asApiError(request.error);
      if (error.status >= 500) await log(request.error, requestId);
      const language = preferredLanguage(request.event.headers['accept-language']);
      request.response = json(
        error.status,
        { error: error.sentence(language), code: error.code, request_id: requestId, ...error.context(language) },
        { 'content-language': language, ...error.headers, 'x-request-id': requestId },
      );
    },
  };
}
