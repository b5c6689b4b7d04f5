import type { Context } from 'aws-lambda';
import { logger, logInvocation } from '../../core/log.ts';
import { hotMarkets } from '../../core/market/hot-markets.ts';
import type { Market } from '../../core/market/trade.ts';
import { archiveNext } from './archive.ts';

/** Copies hours of trades that are over from their chains into the archive. */

/** What is left of a run's time when no further file is begun. */
const MARGIN_MS = 60_000;

/** @throws Error naming the markets that could not be archived; all others were, or go on with the next run */
export async function handler(_: unknown, context: Context): Promise<void> {
  logInvocation(context);
  const now = Date.now();
  const deadline = now + context.getRemainingTimeInMillis() - MARGIN_MS;
  const failed: Market[] = [];
  // One file of each in turn: how far one market is behind keeps no other waiting.
  const waiting = await hotMarkets(now);
  for (let market = waiting.shift(); market !== undefined; market = waiting.shift()) {
    if (Date.now() > deadline) {
      logger.warn('The time was over before all was archived', { markets: waiting.length + 1 });
      break;
    }
    try {
      if (await archiveNext(market, now)) waiting.push(market);
    } catch (error) {
      logger.error('A market could not be archived', { ...market, error });
      failed.push(market);
    }
  }
  if (failed.length > 0) {
    throw new Error(`Not archived: ${failed.map(({ exchange, symbol }) => `${exchange} ${symbol}`).join(', ')}`);
  }
}
