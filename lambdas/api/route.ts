import type * as z from 'zod/mini';
import type { Permission } from '../../core/access/api-keys.ts';
import type { HttpAnswer, HttpEvent } from '../../core/http/answer.ts';

/** One route of the platform API: what API Gateway gets to know of it, who may call it, what it takes and what it does. */
export interface Route {
  method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  path: `/${string}`;
  /** Undefined: open to everybody. */
  needs: Permission | undefined;
  /** Absent: no parameter is taken. */
  query?: z.ZodMiniType;
  /** Absent: no body is read. */
  body?: z.ZodMiniType;
  handle: (request: RouteRequest<unknown, unknown>) => Promise<HttpAnswer>;
}

export interface RouteRequest<Query, Body> {
  /** Of the path, decoded. */
  path: Record<string, string | undefined>;
  query: Query;
  body: Body;
  event: HttpEvent;
}

type Output<Schema> = Schema extends z.ZodMiniType ? z.output<Schema> : undefined;

/** Declares a route whose handler gets what its schemas have read. */
export function route<
  Query extends z.ZodMiniType | undefined = undefined,
  Body extends z.ZodMiniType | undefined = undefined,
>(
  declared: Omit<Route, 'query' | 'body' | 'handle'> & {
    query?: Query;
    body?: Body;
    handle: (request: RouteRequest<Output<Query>, Output<Body>>) => Promise<HttpAnswer>;
  },
): Route {
  return declared as Route;
}
