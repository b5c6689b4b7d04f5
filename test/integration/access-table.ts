/**
 * Who may call what, written from the contract ("Who may call", "Alerts") and not from the routes: what the routes
 * declare is held to this. A route that is not here fails the test; one that is not built yet is not tried.
 */

export interface AccessRow {
  /** `job`: its own runner alone. */
  needs: 'nobody' | 'read' | 'write' | 'admin' | 'job';
  /** `own`: an end user may call it for what is theirs. */
  endUser: 'own' | 'never';
  /** What whoever may call it is answered. */
  ok: number;
  /** What an end user is answered for what is another's; who may not call it at all is 403. */
  another?: 200 | 201 | 403 | 404;
  query?: string;
  body?: object;
  /** Uses up what it is called on: `user` and `signal` are new ones then, `key` and `export` as well. */
  uses?: 'user' | 'signal' | 'key';
}

const open = { needs: 'nobody', endUser: 'own', ok: 200 } as const;
const OF_ANOTHER_USER = 403;
const UNKNOWN_TO_OTHERS = 404;
const ownUser = { endUser: 'own', another: OF_ANOTHER_USER } as const;
const ownSignal = { endUser: 'own', another: UNKNOWN_TO_OTHERS } as const;

export const ACCESS: Record<string, AccessRow> = {
  'GET /health': open,
  'GET /openapi.json': open,
  'GET /docs': open,
  'GET /docs/{file}': open,
  'GET /redoc': open,

  'POST /auth/api-keys': { needs: 'admin', endUser: 'never', ok: 201, body: { name: 'from the table' } },
  'GET /auth/api-keys': { needs: 'admin', endUser: 'never', ok: 200 },
  'DELETE /auth/api-keys/{prefix}': { needs: 'admin', endUser: 'never', ok: 204, uses: 'key' },
  // Each caller's own: nobody else's is named.
  'POST /api/socket-tickets': { needs: 'read', endUser: 'own', ok: 201, another: 201 },

  'POST /api/users': { needs: 'write', endUser: 'never', ok: 201, body: { id: '{new}', plan: 'free' } },
  'GET /api/users': { needs: 'read', endUser: 'never', ok: 200 },
  'GET /api/users/{id}': { needs: 'read', ...ownUser, ok: 200 },
  'PATCH /api/users/{id}': { needs: 'write', ...ownUser, ok: 200, body: { webhook_enabled: true } },
  'DELETE /api/users/{id}': { needs: 'admin', endUser: 'never', ok: 204, uses: 'user' },
  'POST /api/users/{id}/webhook-token': { needs: 'write', ...ownUser, ok: 200, uses: 'user' },
  'GET /api/users/{id}/config': { needs: 'read', ...ownUser, ok: 200 },
  'PATCH /api/users/{id}/config': { needs: 'write', ...ownUser, ok: 200, body: { language: 'en' }, uses: 'user' },
  'POST /api/users/{id}/notifications/test': { needs: 'write', ...ownUser, ok: 200 },
  'GET /api/users/{id}/tradingview-session': { needs: 'read', ...ownUser, ok: 200 },
  'PUT /api/users/{id}/tradingview-session': {
    needs: 'write',
    ...ownUser,
    ok: 200,
    body: { sessionid: 'from-the-table', sessionid_sign: 'v3:signed', consent: true },
    uses: 'user',
  },
  'DELETE /api/users/{id}/tradingview-session': { needs: 'write', ...ownUser, ok: 204, uses: 'user' },
  'GET /api/users/{id}/stats': { needs: 'read', ...ownUser, ok: 200 },
  'GET /api/users/{id}/analytics': { needs: 'read', ...ownUser, ok: 200, query: 'group_by=symbol' },
  'GET /api/users/{id}/audit-logs': { needs: 'read', ...ownUser, ok: 200 },
  'POST /api/users/{id}/exports': { needs: 'write', ...ownUser, ok: 201 },
  'GET /api/users/{id}/exports/{export_id}': { needs: 'read', ...ownUser, ok: 200 },

  'GET /api/users/{id}/signals': { needs: 'read', ...ownUser, ok: 200 },
  'GET /api/signals': { needs: 'read', ...ownUser, ok: 200, query: 'user_id={id}' },
  'GET /api/signals/{id}': { needs: 'read', ...ownSignal, ok: 200 },
  'PATCH /api/signals/{id}': { needs: 'write', ...ownSignal, ok: 200, body: { result: 'win' }, uses: 'signal' },
  'DELETE /api/signals/{id}': { needs: 'write', ...ownSignal, ok: 204, uses: 'signal' },
  'GET /api/signals/{id}/screenshot': { needs: 'read', ...ownSignal, ok: 302 },
  'POST /api/signals/{id}/screenshot': { needs: 'write', ...ownSignal, ok: 200, uses: 'signal' },

  ...collectorRows('/api/collectors'),
  ...collectorRows('/collectors'),
  'GET /logs/{job_id}': { needs: 'read', endUser: 'never', ok: 404 },
  'DELETE /logs/{job_id}': { needs: 'admin', endUser: 'never', ok: 404 },
  'POST /logs/cleanup': { needs: 'admin', endUser: 'never', ok: 200, body: { older_than_days: 30 } },
  'GET /metrics/system': { needs: 'read', endUser: 'never', ok: 200 },
  'GET /metrics/system/detailed': { needs: 'read', endUser: 'never', ok: 200 },
  'GET /metrics/system/history': { needs: 'read', endUser: 'never', ok: 200 },
  'GET /metrics/process/{pid}': { needs: 'read', endUser: 'never', ok: 404 },
  'GET /metrics/process/{pid}/history': { needs: 'read', endUser: 'never', ok: 404 },
  'GET /metrics/process': { needs: 'read', endUser: 'never', ok: 404, query: 'pid=of-no-task' },
  'GET /metrics/process/history': { needs: 'read', endUser: 'never', ok: 404, query: 'pid=of-no-task' },
  // Those that would run one are asked for what no image holds.
  'POST /jobs': { needs: 'admin', endUser: 'never', ok: 422, body: { command: ['of-no-image'] } },
  'GET /jobs': { needs: 'read', endUser: 'never', ok: 200 },
  'GET /jobs/forecast': { needs: 'read', endUser: 'never', ok: 200, query: 'name=report' },
  'GET /jobs/{job_id}': { needs: 'read', endUser: 'never', ok: 404 },
  'DELETE /jobs/{job_id}': { needs: 'admin', endUser: 'never', ok: 404 },
  'POST /jobs/{job_id}/samples': { needs: 'job', endUser: 'never', ok: 204, body: {} },
  'POST /jobs/{job_id}/restart': { needs: 'admin', endUser: 'never', ok: 404, body: {} },

  'POST /schedules': {
    needs: 'admin',
    endUser: 'never',
    ok: 422,
    body: { name: 'of-no-image', command: ['of-no-image'], rate: '1 day' },
  },
  'GET /schedules': { needs: 'read', endUser: 'never', ok: 200 },
  'GET /schedules/{id}': { needs: 'read', endUser: 'never', ok: 404 },
  'PATCH /schedules/{id}': { needs: 'admin', endUser: 'never', ok: 404, body: { enabled: false } },
  'DELETE /schedules/{id}': { needs: 'admin', endUser: 'never', ok: 404 },

  'GET /debug/storage': { needs: 'admin', endUser: 'never', ok: 200 },
  'GET /debug/tasks': { needs: 'admin', endUser: 'never', ok: 200 },
};

/** What needs a collector that runs is asked for where there is none. */
function collectorRows(base: string): Record<string, AccessRow> {
  const admin = { needs: 'admin', endUser: 'never' } as const;
  const read = { needs: 'read', endUser: 'never' } as const;
  return {
    [`POST ${base}/start`]: { ...admin, ok: 422, body: { timeframe: '1m', symbol: 'OFNONE' } },
    [`GET ${base}/status`]: { ...read, ok: 200 },
    [`GET ${base}/status/{name}`]: { ...read, ok: 404 },
    [`GET ${base}/candles`]: { ...read, ok: 200, query: 'symbol=OFNONE&timeframe=1m' },
    [`GET ${base}/orderbook`]: { ...read, ok: 404, query: 'symbol=OFNONE' },
    [`GET ${base}/correlation`]: { ...read, ok: 200, query: 'symbol=OFNONE' },
    [`POST ${base}/stop`]: { ...admin, ok: 404, body: { pid: 'of-no-task' } },
    [`GET ${base}/symbols`]: { ...read, ok: 200 },
    [`POST ${base}/symbols`]: { ...admin, ok: 201, body: { symbol: 'XRPUSDT' } },
    [`DELETE ${base}/symbols/{symbol}`]: { ...admin, ok: 404 },
    [`GET ${base}/trades`]: { ...read, ok: 200, query: 'symbol=BTCUSDT' },
    [`GET ${base}/storage/stats`]: { ...read, ok: 200 },
  };
}
