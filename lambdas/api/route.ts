import type * as z from 'zod/mini';
import type { Permission } from '../../core/access/api-keys.ts';
import type { Caller } from '../../core/access/caller.ts';
import { type HttpAnswer, type HttpEvent, json } from '../../core/http/answer.ts';
import type { ErrorCode } from '../../core/http/errors.ts';
import type { Claim } from './idempotency.ts';

/** Of a route that a job's own runner calls, and nobody else. */
export const JOB_TOKEN = 'job token';

/** One route of the platform API: what API Gateway and the OpenAPI document get to know of it, and what it does. */
export interface Route {
  method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  path: `/${string}`;
  /** The same as another route, under another path. */
  twin?: boolean;
  /** One line for the document. */
  summary: string;
  /** What a caller should know besides, a few sentences for the document. */
  description?: string;
  /** The permission that an API key has to hold, or the token of the job that the path names; undefined: open to everybody. */
  needs: Permission | typeof JOB_TOKEN | undefined;
  /** Whether end users may call it with their JWT, for what is theirs. */
  endUsers?: boolean;
  /** Absent: no parameter is taken. */
  query?: z.ZodMiniType;
  /** Absent: no body is read. A request without any body is read as `{}`. */
  body?: z.ZodMiniType;
  /** The answer holds a secret that is shown this once: a repeat under its Idempotency-Key is refused. */
  showsSecret?: boolean;
  success: Success;
  /** The body of its 503 where that is more than an error. */
  unavailable?: z.ZodMiniType;
  /** What this route refuses besides what every route with its credential, query and body does. */
  errors?: readonly ErrorCode[];
  handle: (request: RouteRequest<string, unknown, unknown>) => Promise<HttpAnswer>;
}

export interface Success {
  status: 200 | 201 | 202 | 204 | 302;
  description?: string;
  /** A body of JSON. */
  body?: z.ZodMiniType;
  /** A file of one of these types, or a 304 to who has it. */
  mediaTypes?: readonly string[];
}

export interface RouteRequest<Path extends string, Query, Body> {
  caller: Caller;
  /** The path's parameters, decoded. */
  path: Record<ParameterNames<Path>, string>;
  query: Query;
  body: Body;
  event: HttpEvent;
  /** Of its `Idempotency-Key`, where it has one. */
  claim?: Claim | undefined;
}

type ParameterNames<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | ParameterNames<Rest>
  : string extends Path
    ? string
    : never;
type Schema = z.ZodMiniType | undefined;
type Read<S> = S extends z.ZodMiniType ? z.output<S> : undefined;

/**
 * Declares a route whose handler gets what its schemas have read, and gives the answer's body where the route declares
 * one, else the whole answer.
 */
export function route<
  const Path extends `/${string}`,
  Query extends Schema = undefined,
  Body extends Schema = undefined,
  Answer extends Schema = undefined,
>(
  declared: Omit<Route, 'path' | 'query' | 'body' | 'success' | 'handle'> & {
    path: Path;
    query?: Query;
    body?: Body;
    success: Omit<Success, 'body'> & { body?: Answer };
    handle: (
      request: RouteRequest<Path, Read<Query>, Read<Body>>,
    ) => Promise<Answer extends z.ZodMiniType ? z.input<Answer> : HttpAnswer>;
  },
): Route {
  const { handle, success } = declared as unknown as Omit<Route, 'handle'> & {
    handle: (request: RouteRequest<string, unknown, unknown>) => Promise<unknown>;
  };
  return {
    ...(declared as unknown as Route),
    handle: async (request) => {
      const answer = await handle(request);
      return success.body ? json(success.status, answer) : (answer as HttpAnswer);
    },
  };
}
