/** What the feed asks an exchange's REST for. */

import type { TradePoint } from '../../../core/market/trade.ts';
import type { BookUpdate } from '../feed/exchange.ts';
import type { TradeHistory } from '../trades/sequence.ts';

export interface History {
  /** How many of a market's newest trades it has. */
  reach: number;
  /** The trades after `point` as far as the exchange's history reaches. Throws `MarketError`. */
  tradesAfter(symbol: string, point: TradePoint): Promise<TradeHistory>;
  /** The whole book as it stands; null where books begin with a message of their topic. Throws `MarketError`. */
  book: ((symbol: string) => Promise<BookUpdate>) | null;
}
