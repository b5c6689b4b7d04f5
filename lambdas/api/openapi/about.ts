/** What the document tells of the API as a whole, and the parts that its operations share. */

export const INTRODUCTION = `Alerts from TradingView become stored signals with an image of their chart, lists and statistics.

- Times are ISO 8601 in UTC with milliseconds; durations are seconds.
- Prices and profits are exact decimals: strings in answers, strings or numbers in requests.
- Lists are newest first; \`next_cursor\` alone says whether there is more.
- Errors are \`{error, code, request_id, …}\`. The sentence is Spanish, or English where \`Accept-Language\` prefers it.
- An unknown path is a 404 (\`not_found\`), another method a 405 (\`method_not_allowed\`, with \`Allow\`).
- A trailing slash makes no difference.
- API Gateway itself refuses what never reaches the service with \`{"message": "…"}\`: 413 above 10 MB, 429 above its
  throttle, 431 above 10 KB of headers, 503 after 30 s.`;

const SECTIONS = {
  Users: 'Users, their settings and their webhook.',
  Signals: 'What became of alerts.',
  Statistics: 'What the results add up to.',
  Collectors: 'What collects market data. Each path answers without `/api` too.',
  Metrics: 'What running tasks use, collectors and jobs.',
  Jobs: 'Commands that run as tasks of their own.',
  Schedules: 'Jobs that are made at times.',
  Alerts: 'The door for TradingView.',
  Access: 'API keys, and tickets for the WebSocket.',
  Service: 'The service itself.',
} as const;

export const TAGS = Object.entries(SECTIONS).map(([name, description]) => ({ name, description }));

/** Where a path belongs: by the last of its words that is here. */
const SECTION_OF: Record<string, keyof typeof SECTIONS> = {
  users: 'Users',
  config: 'Users',
  signals: 'Signals',
  exports: 'Signals',
  stats: 'Statistics',
  analytics: 'Statistics',
  collectors: 'Collectors',
  metrics: 'Metrics',
  jobs: 'Jobs',
  schedules: 'Schedules',
  logs: 'Jobs',
  'audit-logs': 'Alerts',
  auth: 'Access',
  'socket-tickets': 'Access',
  webhook: 'Alerts',
  debug: 'Service',
  health: 'Service',
  'openapi.json': 'Service',
  docs: 'Service',
  redoc: 'Service',
};

/** @throws Error where a path has no section */
export function tagOf(path: string): string {
  const section = path
    .split('/')
    .map((word) => SECTION_OF[word])
    .findLast((found) => found !== undefined);
  if (section === undefined) throw new Error(`${path} belongs to no section of the document`);
  return section;
}

const text = { type: 'string' };

/** Parts of `components`. */
export const SHARED = {
  securitySchemes: {
    ApiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key', description: 'An API key, `cmkd_…`.' },
    ApiKeyBearer: { type: 'http', scheme: 'bearer', description: 'The same API key.' },
    JobToken: { type: 'http', scheme: 'bearer', description: 'The token of one life of one job, `job_…`.' },
    Jwt: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: "An end user's token." },
  },
  parameters: {
    IdempotencyKey: {
      name: 'Idempotency-Key',
      in: 'header',
      description: 'A repeat under the same key, within 24 h, is answered as the first request was, and does nothing.',
      schema: { type: 'string', pattern: '^[\\x20-\\x7e]{1,255}$' },
    },
  },
  headers: {
    RequestId: { description: 'Names this call in our logs.', required: true, schema: text },
    RetryAfter: { description: 'Seconds to wait.', required: true, schema: { type: 'integer', minimum: 0 } },
    Authenticate: { description: 'How to send a credential.', required: true, schema: text },
    Location: { description: 'Where it is.', required: true, schema: { type: 'string', format: 'uri-reference' } },
  },
};
