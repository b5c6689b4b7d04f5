import { z } from 'zod';
import type { AwsCall } from '../../local/aws/gateway.ts';
import { startLocalRun } from '../../local/run.ts';
import { replayRun } from '../replay-run.ts';
import { round } from './figures.ts';

/** Counts what the webhook asks of AWS for each accepted alert, and the write units that DynamoDB charges for it. */

const capacitySchema = z.object({
  ConsumedCapacity: z.object({
    Table: z.object({ CapacityUnits: z.number() }),
    GlobalSecondaryIndexes: z.record(z.string(), z.object({ CapacityUnits: z.number() })).default({}),
  }),
});

const QUIET_ALERTS = 20;
const BURST_ALERTS = 60;
/** Just under 1 KB, as a long message of an indicator. */
const LONG_TEXT = 'Divergencia alcista confirmada en el marco temporal. '.repeat(18);

export async function measureWrites(assembly: string, dataDirectory: string): Promise<object[]> {
  let calls = 0;
  let table = 0;
  const indexes = new Map<string, number>();
  const count = async ({ caller, request }: AwsCall, next: () => Promise<{ body: string | Buffer }>) => {
    if (caller.kind !== 'role' || !caller.session.includes('Webhook')) return next();
    calls += 1;
    request.body = Buffer.from(
      JSON.stringify({ ...JSON.parse(request.body.toString()), ReturnConsumedCapacity: 'INDEXES' }),
    );
    const response = await next();
    const { ConsumedCapacity } = capacitySchema.parse(JSON.parse(response.body.toString()));
    table += ConsumedCapacity.Table.CapacityUnits;
    for (const [name, { CapacityUnits }] of Object.entries(ConsumedCapacity.GlobalSecondaryIndexes)) {
      indexes.set(name, (indexes.get(name) ?? 0) + CapacityUnits);
    }
    return response;
  };
  const run = await startLocalRun({
    ...replayRun(dataDirectory),
    assembly,
    intercept: (call, next) => count(call, next) as ReturnType<typeof next>,
  });
  const { apiUrl, adminApiKey } = run.outputs;
  const alert = async (webhookUrl: string, body: string) => {
    const response = await fetch(webhookUrl, { method: 'POST', body });
    if (response.status !== 200) throw new Error(`An alert was answered ${response.status}`);
  };
  /** Of its own for each alert: one that sent others a moment ago is not quiet. */
  const newUser = async (id: string) => {
    const response = await fetch(`${apiUrl}/api/users`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': adminApiKey },
      body: JSON.stringify({ id, plan: 'premium' }),
    });
    return z.object({ webhook_url: z.string() }).parse(await response.json()).webhook_url;
  };
  const row = (figure: string, alerts: number, target: object) => {
    const perAlert = (value: number) => round(value / alerts);
    const result = {
      figure,
      alerts,
      calls_per_alert: perAlert(calls),
      write_units_per_alert: perAlert(table),
      index_write_units_per_alert: Object.fromEntries([...indexes].map(([name, units]) => [name, perAlert(units)])),
      target,
    };
    calls = 0;
    table = 0;
    indexes.clear();
    return result;
  };
  try {
    const rows: object[] = [];
    const target = { calls: 2, write_units: 3 };
    for (let index = 0; index < QUIET_ALERTS; index += 1) {
      await alert(await newUser(`short-${index}`), `BINANCE:BTCUSDT buy at ${67_000 + index}`);
    }
    rows.push(row('quiet user, short message', QUIET_ALERTS, target));
    for (let index = 0; index < QUIET_ALERTS; index += 1) {
      const body = `Ticker: BINANCE:BTCUSDT\nPrecio: ${67_000 + index}\n${LONG_TEXT}`.slice(0, 1000);
      await alert(await newUser(`long-${index}`), body);
    }
    rows.push(row('quiet user, message of 1,000 bytes', QUIET_ALERTS, target));
    const busy = await newUser('busy');
    await Promise.all(
      Array.from({ length: BURST_ALERTS }, (_, index) => alert(busy, `BINANCE:ETHUSDT sell at ${index}`)),
    );
    rows.push(row('60 alerts at once of one user', BURST_ALERTS, target));
    return rows;
  } finally {
    await run.close();
  }
}
