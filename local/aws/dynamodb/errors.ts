import { AwsError } from '../service.ts';
import type { Item } from './values.ts';

export function validation(message: string): AwsError {
  return new AwsError('ValidationException', message);
}

export function invalidParameters(message: string): AwsError {
  return validation(`One or more parameter values were invalid: ${message}`);
}

export function notFound(detail?: string): AwsError {
  return new AwsError('ResourceNotFoundException', `Requested resource not found${detail ? `: ${detail}` : ''}`);
}

/** `item` is what the condition saw, where the caller asked for it and there was one. */
export function conditionFailed(item?: Item): AwsError {
  return new AwsError(
    'ConditionalCheckFailedException',
    'The conditional request failed',
    400,
    item ? { Item: item } : {},
  );
}

/** dynalite's checks throw or return errors that carry their answer; anything else is a fault of the program. */
export function fromDynalite(error: unknown): unknown {
  if (!(error instanceof Error) || !('body' in error)) return error;
  const { body } = error;
  if (typeof body !== 'object' || body === null || !('__type' in body)) return error;
  return new AwsError(String(body.__type).replace(/^.*#/, ''), error.message);
}
