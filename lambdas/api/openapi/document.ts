import type * as z from 'zod/mini';
import { JOB_TOKEN, type Route, type Success } from '../route.ts';
import { INTRODUCTION, SHARED, TAGS, tagOf } from './about.ts';
import { ErrorResponses, errorsOf } from './errors.ts';
import { type Json, Schemas } from './json-schema.ts';
import { VOCABULARY } from './vocabulary.ts';
import { receiptShape, WEBHOOK_ERRORS, WEBHOOK_PATH, webhookQuery } from './webhook.ts';

/** The OpenAPI 3.1 document, from what the routes declare: their schemas are the ones that validate. */

/** @param alertsUrl where the webhook is, which lives in an API of its own */
export function openApiDocument(routes: readonly Route[], alertsUrl: string) {
  const schemas = new Schemas();
  const errors = new ErrorResponses(schemas);
  const paths: Record<string, Json> = {};
  for (const route of routes) {
    const operation = { ...described(route, schemas), responses: responses(route, schemas, errors) };
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operation };
  }
  paths[WEBHOOK_PATH] = {
    servers: [{ url: alertsUrl, description: 'The door for TradingView' }],
    post: {
      ...describedWebhook(schemas),
      responses: {
        200: successResponse({ status: 200, body: receiptShape }, schemas),
        ...errors.use(WEBHOOK_ERRORS),
      },
    },
  };
  return {
    openapi: '3.1.0',
    info: {
      title: 'Vigía',
      version: '1.0.0',
      description: INTRODUCTION,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/', description: 'The platform API' }],
    tags: TAGS,
    paths,
    components: { ...SHARED, responses: errors.named, schemas: schemas.named },
  };
}

function described(route: Route, schemas: Schemas): Json {
  const { method, path, summary, description = '', needs, endUsers, query, body, twin } = route;
  const callers = endUsers ? 'An end user may call it for what is theirs.' : 'It is not for end users.';
  return {
    tags: [tagOf(path)],
    // Twins have the same words in their paths.
    operationId: operationId(method, path) + (twin ? 'Twin' : ''),
    summary,
    ...(needs && { description: `${who(needs)} ${callers} ${description}`.trim() }),
    security: securityOf(route),
    ...parameters([
      ...pathParameters(path),
      ...queryParameters(query, schemas),
      ...(method === 'GET' ? [] : [{ $ref: '#/components/parameters/IdempotencyKey' }]),
    ]),
    ...(body && {
      requestBody: {
        required: !body.safeParse({}).success,
        content: { 'application/json': { schema: schemas.use(body, 'input') } },
      },
    }),
  };
}

function who(needs: NonNullable<Route['needs']>): string {
  return needs === JOB_TOKEN ? "It is for the job's own runner, with its token." : `Needs a key with \`${needs}\`.`;
}

function securityOf({ needs, endUsers }: Route): Json[] {
  if (needs === undefined) return [];
  if (needs === JOB_TOKEN) return [{ JobToken: [] }];
  return [{ ApiKey: [needs] }, { ApiKeyBearer: [needs] }, ...(endUsers ? [{ Jwt: [] }] : [])];
}

function describedWebhook(schemas: Schemas): Json {
  return {
    tags: [tagOf(WEBHOOK_PATH)],
    operationId: operationId('POST', WEBHOOK_PATH),
    summary: 'Takes an alert as TradingView sends it',
    description:
      'Any text or JSON up to 64 KiB; 200 means stored. The same alert within 35 s is answered with `duplicate` and ' +
      'makes no second signal.',
    security: [],
    ...parameters([...pathParameters(WEBHOOK_PATH), ...queryParameters(webhookQuery, schemas)]),
    requestBody: {
      required: true,
      content: {
        'text/plain': { schema: { type: 'string' }, example: 'BINANCE:BTCUSDT buy at 67890.12' },
        'application/json': { schema: { description: 'Any JSON.' }, example: { ticker: 'BTCUSDT', price: '67890.12' } },
      },
    },
  };
}

function responses(route: Route, schemas: Schemas, errors: ErrorResponses): Json {
  const { success, unavailable } = route;
  return {
    [success.status]: successResponse(success, schemas),
    ...(success.mediaTypes && { 304: { description: 'It is as it was.', headers: REQUEST_ID } }),
    ...errors.use(errorsOf(route), unavailable),
  };
}

const REQUEST_ID = { 'x-request-id': { $ref: '#/components/headers/RequestId' } };

const MEANINGS = {
  200: 'Done.',
  201: 'Created.',
  202: 'Accepted; it is done behind.',
  204: 'Gone.',
  302: 'It is at `Location`.',
} as const satisfies Record<Success['status'], string>;

function successResponse({ status, description, body, mediaTypes }: Success, schemas: Schemas): Json {
  const content = mediaTypes
    ? Object.fromEntries(
        mediaTypes.map((type) => [type, { schema: { type: type === 'application/json' ? 'object' : 'string' } }]),
      )
    : body && { 'application/json': { schema: schemas.use(body, 'output') } };
  return {
    description: description ?? MEANINGS[status],
    headers: {
      ...REQUEST_ID,
      ...(status === 302 && { location: { $ref: '#/components/headers/Location' } }),
    },
    ...(content && { content }),
  };
}

function parameters(list: Json[]): Json {
  return list.length > 0 ? { parameters: list } : {};
}

/** What the parameter after this part of a path is. */
const PATH_PARAMETERS: Record<string, string> = {
  jobs: 'The job, `job_20241211_123456_abc123`.',
  schedules: 'The schedule, `schedule_20241211_123456_9f86d0`.',
  logs: 'The job, `job_20241211_123456_abc123`.',
  process: 'The short id of the task: the last part of its ARN.',
  users: "The user's id; for an end user `me` is their own.",
  signals: "The signal's id.",
  'api-keys': "The key's prefix.",
  exports: "The export's id.",
  docs: "The file's name.",
  u: "The user's webhook token.",
  status: "The collector's name.",
  symbols: 'As the exchanges write it: `BTCUSDT`.',
};

function pathParameters(path: string): Json[] {
  return [...path.matchAll(/([^/]+)\/\{([^}]+)\}/g)].map(([, before = '', name]) => ({
    name,
    in: 'path',
    required: true,
    description: PATH_PARAMETERS[before],
    schema: { type: 'string' },
  }));
}

function queryParameters(query: z.ZodMiniType | undefined, schemas: Schemas): Json[] {
  if (!query) return [];
  const { properties = {}, required = [] } = schemas.use(query, 'input') as {
    properties?: Record<string, Json>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, { description = VOCABULARY[name], ...schema }]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    description,
    schema,
  }));
}

/** `GET /api/users/{id}/config` → `getUsersByIdConfig` */
function operationId(method: string, path: string): string {
  const words = path
    .replace(/^\/api\//, '/')
    .replaceAll(/\{([^}]+)\}/g, 'by-$1')
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== '');
  return method.toLowerCase() + words.map((word) => word[0]?.toUpperCase() + word.slice(1)).join('');
}
