import { AwsError, type AwsResponse, type AwsService } from './service.ts';

/** Errors of the gateway itself in the words of the protocol that the service speaks. */

/** S3's codes → those of the services with JSON bodies, which answer all of these with 400. */
const JSON_CODES = new Map([
  ['AccessDenied', 'AccessDeniedException'],
  ['AuthorizationQueryParametersError', 'IncompleteSignatureException'],
  ['IncompleteSignature', 'IncompleteSignatureException'],
  ['InvalidAccessKeyId', 'UnrecognizedClientException'],
  ['InvalidToken', 'UnrecognizedClientException'],
  ['MissingAuthenticationToken', 'MissingAuthenticationTokenException'],
  ['RequestTimeTooSkewed', 'InvalidSignatureException'],
  ['SignatureDoesNotMatch', 'InvalidSignatureException'],
  ['XAmzContentSHA256Mismatch', 'InvalidSignatureException'],
]);

const STS_CODES = new Map([
  ['InvalidAccessKeyId', 'InvalidClientTokenId'],
  ['InvalidToken', 'InvalidClientTokenId'],
]);

/** The error as `service` would call it. What is not an AwsError is a fault of the program here: InternalError. */
export function inWordsOf(service: string, error: unknown): AwsError {
  if (!(error instanceof AwsError)) return internal(service, error);
  if (service === 's3') return error.code === 'MissingAuthenticationToken' ? anonymous() : error;
  const code = (service === 'sts' ? STS_CODES : JSON_CODES).get(error.code);
  return code === undefined ? error : new AwsError(code, error.message, service === 'sts' ? 403 : 400, error.detail);
}

/** An operation that the service does not have here. */
export function unknownOperation(service: string, method: string, path: string, target: string | undefined): AwsError {
  const text = `${service} here has no operation for ${method} ${path}${target === undefined ? '' : ` ${target}`}`;
  if (service === 's3') return new AwsError('NotImplemented', text, 501);
  return new AwsError(service === 'sts' ? 'InvalidAction' : 'UnknownOperationException', text);
}

/** The answer where no service can word it. */
export function plainError(error: AwsError): AwsResponse {
  return {
    status: error.status,
    headers: { 'content-type': 'application/x-amz-json-1.0' },
    body: JSON.stringify({ __type: error.code, message: error.message }),
  };
}

/** What a service's error answer said, as the exception that a caller in this process gets. */
export function errorOf(service: AwsService, response: AwsResponse): AwsError {
  const parsed: unknown = JSON.parse(response.body.toString());
  const { __type: type, message, ...detail } = { __type: '', message: '', ...Object(parsed) };
  const code = String(type).slice(String(type).indexOf('#') + 1);
  return new AwsError(code || `${service.name}Error`, String(message), response.status, detail);
}

function anonymous(): AwsError {
  return new AwsError('AccessDenied', 'Access Denied', 403);
}

function internal(service: string, error: unknown): AwsError {
  const text = `the local ${service} failed: ${error instanceof Error ? error.message : String(error)}`;
  return new AwsError(service === 's3' ? 'InternalError' : 'InternalServerError', text, 500);
}
