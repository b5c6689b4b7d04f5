import { PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { dynamodb } from '../aws/dynamodb.ts';
import { environment } from '../aws/environment.ts';
import { expiresAt } from '../aws/expiry.ts';
import { EXCHANGES } from '../collectors/collector.ts';
import { hotWindow } from './hot-trades.ts';
import type { Market } from './trade.ts';

/** Which markets have hot trades: pk `MARKETS`, sk `bybit#BTCUSDT`. */

const TableName = () => environment('MARKET_TABLE');
const pk = 'MARKETS';
const schema = z.object({ exchange: z.enum(EXCHANGES), symbol: z.string() });

/** Who stores trades of a market says so before the first, and again at least this often, in milliseconds. */
export const NOTED_EVERY = 3_600_000;

export async function noteMarket({ exchange, symbol }: Market, now: number): Promise<void> {
  await dynamodb.send(
    new PutCommand({
      TableName: TableName(),
      Item: {
        pk,
        sk: `${exchange}#${symbol}`,
        exchange,
        symbol,
        ...expiresAt(now + hotWindow() + NOTED_EVERY),
      },
    }),
  );
}

/** By exchange and symbol. */
export async function hotMarkets(now: number): Promise<Market[]> {
  const { Items = [] } = await dynamodb.send(
    new QueryCommand({
      TableName: TableName(),
      KeyConditionExpression: 'pk = :pk',
      FilterExpression: 'expires > :now',
      ExpressionAttributeValues: { ':pk': pk, ':now': Math.floor(now / 1000) },
    }),
  );
  return Items.map((item) => schema.parse(item));
}
