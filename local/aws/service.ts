/**
 * What every local AWS service looks like to the gateway. A request that reaches `handle` has a checked
 * signature and was allowed by the caller's IAM statements.
 */

export interface AwsRequest {
  /** The API operation: `PutItem`, `ReceiveMessage`, `GetObject`. */
  operation: string;
  method: string;
  /** Decoded path without the query. */
  path: string;
  query: URLSearchParams;
  /** Names in lower case. */
  headers: Record<string, string>;
  body: Buffer;
  /** Aborted when the client goes away: a long poll ends then instead of taking messages for nobody. */
  signal?: AbortSignal;
  /** ARN of who calls: `arn:aws:sts::000000000000:assumed-role/<role>/<function>`. */
  caller?: string;
  /** Whether the caller may do something else, too: some answers depend on it. */
  may?: (permission: Permission) => boolean;
}

export interface AwsResponse {
  status: number;
  headers: Record<string, string>;
  body: string | Buffer;
}

/** One thing IAM must allow before a request is handled. */
export interface Permission {
  /** `dynamodb:PutItem` */
  action: string;
  resource: string;
  /** Condition keys of the request and their values: `kms:EncryptionContext:user` → `demo`. */
  context?: Record<string, string | string[]>;
}

export interface AwsService {
  /** The name in the SigV4 credential scope: `dynamodb`, `sqs`, `s3`, `secretsmanager`. */
  readonly name: string;
  /** The operation that a request names, or undefined where the service has none such. */
  operation(request: Omit<AwsRequest, 'operation'>): string | undefined;
  /** What the caller must be allowed; a request for something that does not exist still has an ARN. */
  permissions(request: AwsRequest): Permission[];
  handle(request: AwsRequest): Promise<AwsResponse>;
  /** An error in this service's wire format. */
  error(error: AwsError): AwsResponse;
  close(): Promise<void>;
}

/** An error that the caller's SDK turns into an exception of the name `code`. */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;
  /** Members besides `message` in the answer. */
  readonly detail: Record<string, unknown>;

  constructor(code: string, message: string, status = 400, detail: Record<string, unknown> = {}) {
    super(message);
    this.name = code;
    this.code = code;
    this.status = status;
    this.detail = detail;
  }
}

/** Where everything local pretends to be. */
export const ACCOUNT = '000000000000';
export const REGION = 'eu-west-1';
