import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { vigiaClient } from './index.ts';

/** A tenant's first minute: `node client/example.ts --url http://127.0.0.1:3000 --key cmkd_…` */

const { values } = parseArgs({ options: { url: { type: 'string' }, key: { type: 'string' } } });
if (!values.url || !values.key) throw new Error('node client/example.ts --url URL --key KEY');
const vigia = vigiaClient({ apiUrl: values.url, apiKey: values.key });

const id = `example-${randomUUID()}`;
const path = { id };

// Sent twice under one key, it happens once.
const idempotent = { header: { 'Idempotency-Key': randomUUID() } };
const created = await vigia.POST('/api/users', { body: { id, plan: 'pro' }, params: idempotent });
if (created.error) throw new Error(`${created.error.code}: ${created.error.error}`);
const { webhook_url } = created.data;
console.log(`Created ${id}`);

const config = { screenshot_resolution: '720p', timezone: 'Europe/Madrid' } as const;
await vigia.PATCH('/api/users/{id}/config', { params: { path }, body: config });

// What TradingView does: the address alone is the credential.
const alert = await fetch(webhook_url, { method: 'POST', body: 'BINANCE:BTCUSDT buy at 67890.12' });
console.log(`Alert answered with ${alert.status}`);

const listed = await vigia.GET('/api/users/{id}/signals', { params: { path, query: { symbol: 'BTCUSDT' } } });
const [signal] = listed.data?.signals ?? [];
if (!signal) throw new Error('The signal is not in the list');
console.log(`Signal ${signal.ticker} at ${signal.price}`);

const result = { result: 'win', exit_price: '68120.50', profit_loss: '230.38' } as const;
await vigia.PATCH('/api/signals/{id}', { params: { path: { id: signal.id } }, body: result });

const stats = await vigia.GET('/api/users/{id}/stats', { params: { path } });
console.log(`Win rate ${stats.data?.win_rate} %, profit ${stats.data?.profit_loss}`);
