import { z } from 'zod';
import type { HttpResponse } from './response.ts';

export const corsConfiguration = z.strictObject({
  AllowCredentials: z.boolean().default(false),
  AllowHeaders: z.array(z.string()).default([]),
  AllowMethods: z.array(z.string()).default([]),
  AllowOrigins: z.array(z.string()).default([]),
  ExposeHeaders: z.array(z.string()).default([]),
  MaxAge: z.int().min(-1).max(86_400).optional(),
});
export type Cors = z.output<typeof corsConfiguration>;

/** The origin as the answer names it, or undefined where it is not allowed. `https://*` allows every such origin. */
function allowedOrigin(cors: Cors, origin: string): string | undefined {
  if (cors.AllowOrigins.includes('*')) return '*';
  const isAllowed = cors.AllowOrigins.some((allowed) =>
    allowed.endsWith('://*') ? origin.startsWith(allowed.slice(0, -1)) : allowed.toLowerCase() === origin.toLowerCase(),
  );
  return isAllowed ? origin : undefined;
}

/** The configured headers of an answer to a request from this origin; none where the origin is not allowed. */
function corsHeaders(cors: Cors, origin: string, preflight: boolean): Record<string, string> {
  const allowed = allowedOrigin(cors, origin);
  if (allowed === undefined) return {};
  return {
    'access-control-allow-origin': allowed,
    ...(cors.AllowCredentials && { 'access-control-allow-credentials': 'true' }),
    ...(cors.ExposeHeaders.length > 0 && { 'access-control-expose-headers': cors.ExposeHeaders.join(',') }),
    ...(preflight && {
      ...(cors.AllowMethods.length > 0 && { 'access-control-allow-methods': cors.AllowMethods.join(',') }),
      ...(cors.AllowHeaders.length > 0 && { 'access-control-allow-headers': cors.AllowHeaders.join(',') }),
      ...(cors.MaxAge !== undefined && { 'access-control-max-age': String(cors.MaxAge) }),
    }),
  };
}

export function isPreflight(method: string, headers: Record<string, string>): boolean {
  return method === 'OPTIONS' && 'origin' in headers && 'access-control-request-method' in headers;
}

/** What the gateway answers to a preflight itself, before its CORS headers. */
export const PREFLIGHT_ANSWER: HttpResponse = { status: 204, headers: {}, body: Buffer.alloc(0) };

/** The response with the API's CORS headers in the place of the function's own. */
export function withCors(
  response: HttpResponse,
  cors: Cors,
  origin: string | undefined,
  preflight: boolean,
): HttpResponse {
  const own = Object.entries(response.headers).filter(([name]) => !name.startsWith('access-control-'));
  const headers = { ...Object.fromEntries(own), ...(origin && corsHeaders(cors, origin, preflight)) };
  return { ...response, headers };
}
