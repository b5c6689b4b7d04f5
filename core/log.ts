import { Logger } from '@aws-lambda-powertools/logger';

/** Structured logs; the service's name is the function's. Bodies, tokens, keys and cookies are never logged. */
export const logger = new Logger({ serviceName: process.env['AWS_LAMBDA_FUNCTION_NAME'] ?? 'vigia' });
