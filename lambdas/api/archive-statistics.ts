import * as z from 'zod/mini';
import { EXCHANGES } from '../../core/collectors/collector.ts';
import { archivedMarkets } from '../../core/market/trade-archive.ts';
import { isoTime } from './shapes.ts';

/** What is archived of trades, in all and by market. */

const size = {
  files: z.int().check(z.describe('Parquet files of trades, with those that have expired.')),
  bytes: z.int().check(z.describe('Of those files.')),
};
export const archiveShape = z
  .strictObject({
    ...size,
    markets: z
      .array(
        z.strictObject({
          exchange: z.enum(EXCHANGES),
          symbol: z.string(),
          ...size,
          lastTradeAt: isoTime.check(z.describe('Of the newest trade in the archive.')),
        }),
      )
      .check(z.describe('All that have ever been archived.')),
  })
  .check(z.describe('Trades that stay for good, hours that are over.'));

export async function archiveStatistics(): Promise<z.input<typeof archiveShape>> {
  const markets = await archivedMarkets();
  return {
    files: markets.reduce((sum, { files }) => sum + files, 0),
    bytes: markets.reduce((sum, { bytes }) => sum + bytes, 0),
    markets: markets.map(({ exchange, symbol, files, bytes, last }) => ({
      exchange,
      symbol,
      files,
      bytes,
      lastTradeAt: new Date(last.timestamp).toISOString(),
    })),
  };
}
