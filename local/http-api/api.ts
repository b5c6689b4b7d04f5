import type { z } from 'zod';
import { ACCOUNT, REGION } from '../aws/service.ts';
import { compileAccessLog, type Exchange } from './access-log.ts';
import type { Cors } from './cors.ts';
import type {
  apiProperties,
  integrationProperties,
  RouteSettings,
  routeProperties,
  stageProperties,
} from './definitions.ts';
import { matchPath, parseRoute, type Route } from './routes.ts';
import { Throttle } from './throttle.ts';

/** A route with the function behind it. */
export interface FunctionRoute extends Route {
  functionArn: string;
  timeoutMilliseconds: number;
  /** What the function's permission must allow. */
  sourceArn: string;
  throttle: Throttle | undefined;
}

/** An HTTP API, ready to serve. */
export interface HttpApi {
  id: string;
  stage: string;
  cors: Cors | undefined;
  routes: FunctionRoute[];
  accessLog: { group: string; line: (exchange: Exchange) => string } | undefined;
}

/** The resources of one API as they were read. */
export interface ApiParts {
  id: string;
  logicalId: string;
  api: z.output<typeof apiProperties>;
  integrations: Map<string, z.output<typeof integrationProperties>>;
  routes: z.output<typeof routeProperties>[];
  stage: z.output<typeof stageProperties> | undefined;
}

/** An account's throttling, where a stage's settings give only one of the two. */
const ACCOUNT_RATE = 10_000;
const ACCOUNT_BURST = 5000;

/** @throws Error that names the API and what is missing or wrong */
export function buildApi(parts: ApiParts): HttpApi {
  const { id, logicalId, stage } = parts;
  if (stage === undefined) throw new Error(`${logicalId}: the API has no stage`);
  const keys = new Set(parts.routes.map((it) => it.RouteKey));
  if (keys.size < parts.routes.length) throw new Error(`${logicalId}: two routes have the same key`);
  const stray = Object.keys(stage.RouteSettings).find((key) => !keys.has(key));
  if (stray !== undefined) throw new Error(`${logicalId}: RouteSettings name the unknown route ${stray}`);
  const accessLog = stage.AccessLogSettings && {
    group: stage.AccessLogSettings.DestinationArn,
    line: compileAccessLog(stage.AccessLogSettings.Format),
  };
  const routes = parts.routes.map(({ RouteKey, Target }): FunctionRoute => {
    const integration = parts.integrations.get(Target);
    if (integration === undefined) throw new Error(`${logicalId}: ${RouteKey} has no integration ${Target}`);
    const route = parseRoute(RouteKey);
    return {
      ...route,
      functionArn: integration.IntegrationUri,
      timeoutMilliseconds: integration.TimeoutInMillis,
      sourceArn: sourceArn(id, stage.StageName, route),
      throttle: throttleOf({ ...stage.DefaultRouteSettings, ...stage.RouteSettings[RouteKey] }),
    };
  });
  return { id, stage: stage.StageName, cors: parts.api.CorsConfiguration, routes, accessLog };
}

/** As API Gateway names itself to Lambda: `…:execute-api:…:API/$default/POST/webhook/u/{token}`. */
function sourceArn(apiId: string, stage: string, { key, method }: Route): string {
  const route = method === undefined ? key : `${method === 'ANY' ? '*' : method}${key.slice(method.length + 1)}`;
  return `arn:aws:execute-api:${REGION}:${ACCOUNT}:${apiId}/${stage}/${route}`;
}

function throttleOf({ ThrottlingRateLimit: rate, ThrottlingBurstLimit: burst }: RouteSettings): Throttle | undefined {
  if (rate === undefined && burst === undefined) return undefined;
  return new Throttle(rate ?? ACCOUNT_RATE, burst ?? ACCOUNT_BURST);
}

/**
 * Which of the APIs behind one listener a path belongs to: the first that has a route for it under any method, with a
 * slash at its end or without, else the fallback. (On AWS each API has a host of its own.)
 */
export function selectApi(apis: readonly HttpApi[], fallback: HttpApi | undefined, path: string): HttpApi | undefined {
  const bare = path.replace(/(?<=.)\/$/, '');
  return apis.find((api) => api.routes.some((route) => matchPath(route, bare) !== undefined)) ?? fallback;
}
