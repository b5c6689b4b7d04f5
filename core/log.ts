import { Logger } from '@aws-lambda-powertools/logger';
import type { Context } from 'aws-lambda';

/**
 * Structured logs; the service's name is the function's. `request_id`, `user_id` and `signal_id` are called so in every
 * line. Bodies, tokens, keys and cookies are never logged.
 */
export const logger = new Logger({ serviceName: process.env['AWS_LAMBDA_FUNCTION_NAME'] ?? 'vigia' });

/** From now on each line names this invocation, and the request if there is one. An instance runs one at a time. */
export function logInvocation(context: Context, facts: { request_id?: string } = {}): void {
  logger.resetKeys();
  logger.addContext(context);
  logger.appendKeys(facts);
}
