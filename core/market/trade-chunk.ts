/**
 * Trades of one market as bytes, about 7 a trade: each by what differs from the one before it. What comes out is what
 * went in, to the last digit and zero.
 *
 * A chunk: a byte for the format, the scale of its prices and that of its quantities, then the trades. A trade: a byte of
 * flags and, in this order, its id where it is not the next, its time, how much later it was received, its price, each
 * less that of the trade before it and only where it differs, and its quantity. A price or quantity that does not fit
 * the scale stands there as text.
 */

import { type DecimalScale, scaleOf, textOf, unitsOf } from './decimal-scale.ts';
import type { Trade } from './trade.ts';
import { idsApart } from './trade-ids.ts';
import { ByteReader, ByteWriter } from './varints.ts';

const FORMAT = 1;
const SOLD = 1;
const ID = 2;
const TIME = 4;
const LAG = 8;
const PRICE = 16;
const PRICE_TEXT = 32;
const QUANTITY_TEXT = 64;
/** Flags and a quantity. */
const SMALLEST_TRADE = 2;

/** What each trade is told by the difference from. */
class Before {
  id = '0';
  timestamp = 0;
  lag = 0;
  price = 0;
}

/**
 * Packs trades of one market, in the exchange's order.
 * @param most bytes: as many of the first trades as fit, one at least
 * @returns how many it holds, and their bytes
 */
export function packTrades(
  trades: readonly Trade[],
  most = Number.POSITIVE_INFINITY,
): { data: Uint8Array; count: number } {
  const candidates = trades.slice(0, Math.max(1, most / SMALLEST_TRADE));
  const prices = scaleOf(candidates.map(({ price }) => price));
  const quantities = scaleOf(candidates.map(({ quantity }) => quantity));
  const bytes = new ByteWriter();
  bytes.byte(FORMAT);
  writeScale(bytes, prices);
  writeScale(bytes, quantities);
  const before = new Before();
  let count = 0;
  let { length } = bytes;
  for (const trade of candidates) {
    writeTrade(bytes, trade, before, prices, quantities);
    if (count > 0 && bytes.length > most) break;
    count += 1;
    length = bytes.length;
  }
  return { data: bytes.first(length), count };
}

/** @throws RangeError where the bytes are no chunk */
export function unpackTrades(data: Uint8Array, market: Pick<Trade, 'exchange' | 'symbol'>): Trade[] {
  const bytes = new ByteReader(data);
  const format = bytes.byte();
  if (format !== FORMAT) throw new RangeError(`A chunk of the unknown format ${format}`);
  const prices = readScale(bytes);
  const quantities = readScale(bytes);
  const before = new Before();
  const trades: Trade[] = [];
  while (bytes.hasMore) trades.push(readTrade(bytes, market, before, prices, quantities));
  return trades;
}

function writeTrade(
  bytes: ByteWriter,
  trade: Trade,
  before: Before,
  prices: DecimalScale,
  quantities: DecimalScale,
): void {
  const lag = trade.receivedAt - trade.timestamp;
  const price = unitsOf(prices, trade.price);
  const quantity = unitsOf(quantities, trade.quantity);
  const isNext = idsApart(before.id, trade.tradeId) === 1;
  const isMoved = price !== undefined && price !== before.price;
  bytes.byte(
    (trade.side === 'sell' ? SOLD : 0) |
      (isNext ? 0 : ID) |
      (trade.timestamp === before.timestamp ? 0 : TIME) |
      (lag === before.lag ? 0 : LAG) |
      (isMoved ? PRICE : 0) |
      (price === undefined ? PRICE_TEXT : 0) |
      (quantity === undefined ? QUANTITY_TEXT : 0),
  );
  if (!isNext) bytes.signedBig(BigInt(trade.tradeId) - BigInt(before.id));
  if (trade.timestamp !== before.timestamp) bytes.signed(trade.timestamp - before.timestamp);
  if (lag !== before.lag) bytes.signed(lag - before.lag);
  if (isMoved) bytes.signed(price - before.price);
  if (price === undefined) bytes.text(trade.price);
  if (quantity === undefined) bytes.text(trade.quantity);
  else bytes.unsigned(quantity);
  before.id = trade.tradeId;
  before.timestamp = trade.timestamp;
  before.lag = lag;
  before.price = price ?? before.price;
}

function readTrade(
  bytes: ByteReader,
  { exchange, symbol }: Pick<Trade, 'exchange' | 'symbol'>,
  before: Before,
  prices: DecimalScale,
  quantities: DecimalScale,
): Trade {
  const flags = bytes.byte();
  before.id = String(BigInt(before.id) + (flags & ID ? bytes.signedBig() : 1n));
  if (flags & TIME) before.timestamp += bytes.signed();
  if (flags & LAG) before.lag += bytes.signed();
  if (flags & PRICE) before.price += bytes.signed();
  return {
    exchange,
    symbol,
    tradeId: before.id,
    side: flags & SOLD ? 'sell' : 'buy',
    price: flags & PRICE_TEXT ? bytes.text() : textOf(prices, before.price),
    quantity: flags & QUANTITY_TEXT ? bytes.text() : textOf(quantities, bytes.unsigned()),
    timestamp: before.timestamp,
    receivedAt: before.timestamp + before.lag,
  };
}

function writeScale(bytes: ByteWriter, { places, written }: DecimalScale): void {
  bytes.unsigned(places);
  bytes.unsigned(written === null ? 0 : written + 1);
}

function readScale(bytes: ByteReader): DecimalScale {
  const places = bytes.unsigned();
  const written = bytes.unsigned();
  return { places, written: written === 0 ? null : written - 1 };
}
