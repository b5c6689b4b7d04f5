import * as z from 'zod/mini';
import { PERMISSIONS } from '../../../core/access/api-keys.ts';
import { signalShape } from '../../../core/alerts/signal-shape.ts';
import { ApiError, type ErrorCode } from '../../../core/http/errors.ts';
import { JOB_STATUSES } from '../../../core/jobs/job-policy.ts';
import type { Route } from '../route.ts';
import type { Json, Schemas } from './json-schema.ts';

/** The answers of a route that are errors, as the document declares them. */

const fields = { fields: z.array(z.strictObject({ path: z.string(), problem: z.string() })) };
const limit = z.int().check(z.describe('How many are allowed.'));

/** What an error tells besides its sentence. */
const CONTEXT: { readonly [Code in ErrorCode]?: Record<string, z.ZodMiniType> } = {
  invalid_body: fields,
  invalid_parameter: fields,
  forbidden: { needs: z.optional(z.enum(PERMISSIONS)) },
  screenshot_not_found: {
    screenshot_status: signalShape.shape.screenshot_status,
    screenshot_reason: signalShape.shape.screenshot_reason,
  },
  user_exists: { id: z.string() },
  user_being_deleted: { id: z.string() },
  payload_too_large: { limit_bytes: z.int() },
  quota_exceeded: { limit },
  collector_not_found: { pid: z.string(), current_pid: z.optional(z.nullable(z.string())) },
  unknown_collector: { name: z.string() },
  book_not_found: { exchange: z.string(), symbol: z.string() },
  metrics_not_found: { pid: z.string() },
  symbol_not_followed: { symbol: z.string(), symbols: z.array(z.string()) },
  collector_already_running: { pid: z.nullable(z.string()) },
  unknown_symbol: { exchange: z.string(), symbol: z.string(), valid: z.array(z.string()) },
  too_many_symbols: { limit },
  too_many_collectors: { limit },
  job_not_found: { id: z.string() },
  job_not_running: { id: z.string(), status: z.enum(JOB_STATUSES) },
  job_active: { id: z.string(), status: z.enum(JOB_STATUSES) },
  schedule_not_found: { id: z.string() },
  command_not_allowed: { executable: z.string(), allowed: z.array(z.string()) },
  command_denied: { pattern: z.string() },
  command_not_found: { executable: z.string(), found: z.array(z.string()) },
  command_too_long: { length: z.int(), limit },
  env_too_long: { length: z.int(), limit },
  reserved_variable: { variable: z.string(), reserved: z.array(z.string()) },
  invalid_size: {
    cpu: z.int(),
    memory: z.int(),
    valid: z
      .array(z.strictObject({ cpu: z.int(), memory: z.array(z.int()) }))
      .check(z.describe('The sizes of memory that each CPU can have.')),
  },
  too_many_jobs: { limit },
  too_many_exports: { limit },
  rate_exceeded: { limit, per: z.enum(['minute', 'hour']) },
};

/** All that a route may refuse: its credential, parameters and body, what every route may, and its own. */
export function errorsOf({ method, needs, query, body, showsSecret, errors = [] }: Route): ErrorCode[] {
  const isWrite = method !== 'GET';
  const parameters = query instanceof z.ZodMiniObject ? Object.keys(query.shape) : [];
  return [
    ...(body ? (['invalid_json', 'invalid_body'] as const) : []),
    'invalid_parameter',
    ...(parameters.includes('cursor') ? (['invalid_cursor'] as const) : []),
    ...(needs ? (['unauthorized', 'forbidden'] as const) : []),
    ...(body ? (['payload_too_large', 'unsupported_media_type'] as const) : []),
    ...errors,
    ...(isWrite ? (['idempotency_key_in_use', 'idempotency_key_reused'] as const) : []),
    ...(showsSecret ? (['secret_shown_once'] as const) : []),
    'internal_error',
    'unavailable',
  ];
}

/** The document's responses that are errors, by their codes: each is written once. */
export class ErrorResponses {
  readonly named: Record<string, Json> = {};
  readonly #schemas: Schemas;

  constructor(schemas: Schemas) {
    this.#schemas = schemas;
  }

  /**
   * A response for each status that the codes have.
   * @param unavailable what a 503 may be instead of an error
   */
  use(codes: readonly ErrorCode[], unavailable?: z.ZodMiniType): Record<string, Json> {
    const statuses = Map.groupBy(new Set(codes), (code) => new ApiError(code).status);
    return Object.fromEntries(
      [...statuses].map(([status, together]) => {
        const shape = errorShape(together);
        if (status === 503 && unavailable) return [status, this.#response(together, z.union([unavailable, shape]))];
        const name = together.map(pascalCase).join('Or');
        this.named[name] ??= this.#response(together, shape);
        return [status, { $ref: `#/components/responses/${name}` }];
      }),
    );
  }

  #response(codes: readonly ErrorCode[], shape: z.ZodMiniType): Json {
    const statuses = new Set(codes.map((code) => new ApiError(code).status));
    const waits = statuses.has(429) || statuses.has(503);
    return {
      description: codes.map((code) => `\`${code}\`: ${new ApiError(code).sentence('en')}`).join(' '),
      headers: {
        'x-request-id': { $ref: '#/components/headers/RequestId' },
        ...(statuses.has(401) && { 'www-authenticate': { $ref: '#/components/headers/Authenticate' } }),
        ...(waits && { 'retry-after': { $ref: '#/components/headers/RetryAfter' } }),
      },
      content: { 'application/json': { schema: this.#schemas.use(shape, 'output') } },
    };
  }
}

function errorShape(codes: readonly ErrorCode[]) {
  const context: Record<string, z.ZodMiniType> = Object.assign({}, ...codes.map((code) => CONTEXT[code] ?? {}));
  const always = codes.length === 1;
  return z.strictObject({
    error: z.string(),
    code: z.enum(codes),
    request_id: z.string(),
    ...(always ? context : z.partial(z.strictObject(context)).shape),
  });
}

function pascalCase(code: string): string {
  return code
    .split('_')
    .map((word) => word[0]?.toUpperCase() + word.slice(1))
    .join('');
}
