/** A route of an HTTP API: `POST /webhook/u/{token}`, `ANY /api/{proxy+}`, `$default`. */
export interface Route {
  key: string;
  /** A verb, or `ANY`; undefined for `$default`. */
  method: string | undefined;
  /** Of the path; none for `$default`. */
  segments: Segment[];
}

export type Segment =
  | { kind: 'literal'; text: string }
  | { kind: 'parameter'; name: string }
  /** The rest of the path, at least one character: `{proxy+}`. */
  | { kind: 'greedy'; name: string };

export interface RouteMatch<R extends Route> {
  route: R;
  parameters: Record<string, string>;
}

const METHODS = ['ANY', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'];
const RANK = { literal: 0, parameter: 1, greedy: 2 };

/** @throws Error where the key is none of HTTP APIs' */
export function parseRoute(key: string): Route {
  if (key === '$default') return { key, method: undefined, segments: [] };
  const [method = '', path = '', ...rest] = key.split(' ');
  if (!METHODS.includes(method) || !path.startsWith('/') || rest.length > 0) throw new Error(`route key ${key}`);
  const segments = path === '/' ? [] : path.slice(1).split('/').map(parseSegment);
  if (segments.slice(0, -1).some((it) => it.kind === 'greedy')) throw new Error(`route key ${key}: {…+} comes last`);
  return { key, method, segments };
}

function parseSegment(text: string): Segment {
  const [, name, greedy] = /^\{([^{}+]+)(\+?)\}$/.exec(text) ?? [];
  if (name === undefined) return { kind: 'literal', text };
  return greedy === '' ? { kind: 'parameter', name } : { kind: 'greedy', name };
}

/** The path's parameters, or undefined where the route is for other paths. `$default` is for none. */
export function matchPath(route: Route, path: string): Record<string, string> | undefined {
  if (route.method === undefined) return undefined;
  const parts = path === '/' ? [] : path.slice(1).split('/');
  const parameters: Record<string, string> = {};
  for (const [index, segment] of route.segments.entries()) {
    const part = parts[index];
    if (segment.kind === 'greedy') {
      const rest = parts.slice(index).join('/');
      if (rest === '') return undefined;
      parameters[segment.name] = rest;
      return parameters;
    }
    if (part === undefined || part === '') return undefined;
    if (segment.kind === 'literal' && segment.text !== part) return undefined;
    if (segment.kind === 'parameter') parameters[segment.name] = part;
  }
  return parts.length === route.segments.length ? parameters : undefined;
}

/**
 * The route that takes a request: a full match before a greedy one, literal before parameter from the left, a verb
 * before ANY, and only then `$default`.
 * Source: API Gateway guide, "Create routes for HTTP APIs", routing API requests.
 * @param path decoded
 */
export function selectRoute<R extends Route>(
  routes: readonly R[],
  method: string,
  path: string,
): RouteMatch<R> | undefined {
  const [best] = routes
    .filter((route) => route.method === method || route.method === 'ANY')
    .flatMap((route) => {
      const parameters = matchPath(route, path);
      return parameters === undefined ? [] : [{ route, parameters }];
    })
    .sort((one, other) => compareSpecificity(one.route, other.route));
  if (best !== undefined) return best;
  const fallback = routes.find((route) => route.method === undefined);
  return fallback && { route: fallback, parameters: {} };
}

/** Negative where the first route is the more specific one; both match the same path. */
function compareSpecificity(one: Route, other: Route): number {
  const isGreedy = (route: Route) => (route.segments.at(-1)?.kind === 'greedy' ? 1 : 0);
  const greedy = isGreedy(one) - isGreedy(other);
  if (greedy !== 0) return greedy;
  for (const [index, segment] of one.segments.entries()) {
    const difference = RANK[segment.kind] - RANK[other.segments[index]?.kind ?? 'greedy'];
    if (difference !== 0) return difference;
  }
  return (one.method === 'ANY' ? 1 : 0) - (other.method === 'ANY' ? 1 : 0);
}
