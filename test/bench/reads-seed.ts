import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { BatchWriteCommand, DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { identifyAlert, signalId } from '../../core/alerts/alert-id.ts';
import { indexKeys, signalKey } from '../../core/alerts/keys.ts';
import { parseAlert } from '../../core/alerts/parse/index.ts';
import { packFacts } from '../../core/alerts/stored-signal.ts';
import type { LocalRun } from '../../local/run.ts';

/** A user's history of 100 days, as the webhook and the user would have left it. */

export const COMMON_SYMBOL = 'BINANCE:COIN7USDT';
/** Of 60 signals, all of the first day. */
export const RARE_SYMBOL = 'NASDAQ:RARE';
export const COMMON_INDICATOR = 'RSI Pro';

const RARE_SIGNALS = 60;
/** Few enough for a page of 50 of each among 1,000. */
const SYMBOLS = 18;
const DAYS = 100;
const DAY_MS = 86_400_000;
const INDICATORS = ['ADX DEF [APIDEVS]', COMMON_INDICATOR, 'Supertrend', 'MACD Divergence', 'Smart Money'];
const SIGNS = ['Divergencia Alcista 🟢', 'Divergencia Bajista 🔴', 'Compra', 'Venta'];
const TIMEFRAMES = ['5', '15', '60', 'D'];
const RESULTS = ['win', 'loss', 'win', 'breakeven', 'loss', 'win', 'skip', 'pending', 'loss', 'pending'] as const;

const BATCH = 25;
const BATCHES_AT_ONCE = 8;

/** Writes so many signals, the latest of them an hour old. */
export async function seedSignals(run: LocalRun, user: { id: string; locator: string }, count: number): Promise<void> {
  const { endpointUrl: endpoint, region, accessKeyId, secretAccessKey } = run.outputs.aws;
  const client = new DynamoDBClient({ endpoint, region, credentials: { accessKeyId, secretAccessKey } });
  const { TableNames = [] } = await client.send(new ListTablesCommand());
  const table = TableNames.find((name) => name.includes('Alerts'));
  if (table === undefined) throw new Error('No alerts table');
  const documents = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
  const end = Date.now() - 3_600_000;
  const write = async (first: number) => {
    const numbers = Array.from({ length: Math.min(BATCH, count - first) }, (_, index) => first + index);
    const items = numbers.map((number) => {
      const time = end - Math.floor(((count - 1 - number) * DAYS * DAY_MS) / count);
      return { PutRequest: { Item: itemOf(user, number, time) } };
    });
    await documents.send(new BatchWriteCommand({ RequestItems: { [table]: items } }));
  };
  let next = 0;
  const writer = async () => {
    while (next < count) {
      next += BATCH;
      await write(next - BATCH);
    }
  };
  await Promise.all(Array.from({ length: BATCHES_AT_ONCE }, writer));
}

function itemOf({ id: user_id, locator }: { id: string; locator: string }, number: number, time: number) {
  const ticker = number < RARE_SIGNALS ? RARE_SYMBOL : `BINANCE:COIN${number % SYMBOLS}USDT`;
  const price = (100 + number / 100).toFixed(2);
  const message = `🪙 Ticker: ${ticker}
💰 Precio: $${PRICE}
📊 Señal: ${pick(SIGNS, number, 3)}
🔧 Indicador: ${pick(INDICATORS, number, 7)}
⏰ Timeframe: ${pick(TIMEFRAMES, number, 11)}`;
  const facts = { ...factsOf(message), price };
  const result = pick(RESULTS, number, 13);
  const cents = ((number * 7919) % 9000) + 1000;
  const outcome = {
    ...(result === 'pending' ? {} : { result }),
    ...(result === 'win' ? { profit_loss: (cents / 100).toFixed(2) } : {}),
    ...(result === 'loss' ? { profit_loss: (-cents / 100).toFixed(2) } : {}),
  };
  const id = signalId(time, identifyAlert(locator, undefined, String(number)));
  return {
    ...signalKey(locator, id),
    id,
    user_id,
    sequence: number + 1,
    ...facts,
    ...outcome,
    message: message.replace(PRICE, price),
    generation: 1,
    tries: 1,
    screenshot_status: 'completed',
    screenshot_source: 'builtin',
    screenshot: { width: 1920, height: 1080, bytes: 69_000, duration_ms: 60 },
    updated_at: new Date(time + 2000).toISOString(),
    ...indexKeys(locator, { ...facts, ...outcome }),
  };
}

const PRICE = '1.00';
const known = new Map<string, ReturnType<typeof packFacts>>();

/** Messages differ in their prices; each other difference is read once. */
function factsOf(message: string): ReturnType<typeof packFacts> {
  const facts = known.get(message) ?? packFacts(parseAlert(message));
  known.set(message, facts);
  return facts;
}

/** Spread without a pattern that the others share. */
function pick<T>(values: readonly T[], number: number, factor: number): T {
  const value = values[Math.floor((number * factor * 2_654_435_761) / 65_536) % values.length];
  if (value === undefined) throw new Error('Nothing to pick from');
  return value;
}
