import type { MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
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

/** What AWS's SDK throws when a dependency is down, slow or throttles, after its own retries. */
const PASSING = new Set([
  'ProvisionedThroughputExceededException',
  'ThrottlingException',
  'RequestLimitExceeded',
  'TransactionConflictException',
  'InternalServerError',
  'ServiceUnavailable',
  'TimeoutError',
  'ECONNREFUSED',
  'ECONNRESET',
]);

function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  const { name, code } = error as { name?: string; code?: string };
  if (PASSING.has(name ?? '') || PASSING.has(code ?? ''))
    return new ApiError('unavailable', {}, { 'retry-after': '5' });
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
