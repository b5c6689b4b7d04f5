import { describe, expect, it } from 'vitest';
import { candleSource } from '../../../core/market/source.ts';

const asked = (exchange: string | null, symbol: string | null) =>
  candleSource(exchange, symbol).map((market) => `${market.exchange}:${market.symbol}${market.exact ? ' exact' : ''}`);

describe('the market that shows a signal', () => {
  it('is the signal’s own where Bybit or Binance have it, the other one after it', () => {
    expect(asked('BYBIT', 'ETHUSDT')).toEqual(['bybit:ETHUSDT exact', 'binance:ETHUSDT']);
    expect(asked('BINANCE', 'SOLUSDT')).toEqual(['binance:SOLUSDT exact', 'bybit:SOLUSDT']);
  });

  it('is the spot pair for a perpetual, which is not the signal’s own', () => {
    expect(asked('BYBIT', 'ETHUSDT.P')).toEqual(['bybit:ETHUSDT', 'binance:ETHUSDT']);
    expect(asked('BINANCE', 'BTCUSDTPERP')).toEqual(['binance:BTCUSDT', 'bybit:BTCUSDT']);
    expect(asked('OKX', 'BTC-USDT-SWAP')).toEqual(['binance:BTCUSDT', 'bybit:BTCUSDT']);
    expect(asked('KUCOIN', 'XBTUSDTM')).toEqual(['binance:BTCUSDT', 'bybit:BTCUSDT']);
  });

  it('is tether for other dollars that no exchange knows', () => {
    expect(asked('BITMEX', 'XBTUSD.P')).toEqual(['binance:BTCUSDT', 'bybit:BTCUSDT']);
    expect(asked('COINBASE', 'SOL-USD')).toEqual(['binance:SOLUSDT', 'bybit:SOLUSDT']);
    expect(asked('BINANCE', 'ETHUSDC')).toEqual([
      'binance:ETHUSDC exact',
      'bybit:ETHUSDC',
      'binance:ETHUSDT',
      'bybit:ETHUSDT',
    ]);
  });

  it('keeps quotes that are no dollars', () => {
    expect(asked('KRAKEN', 'XBTEUR')).toEqual(['binance:BTCEUR', 'bybit:BTCEUR']);
    expect(asked('BINANCE', 'ETHBTC')).toEqual(['binance:ETHBTC exact', 'bybit:ETHBTC']);
  });

  it('knows crypto pairs without an exchange and on brokers', () => {
    expect(asked(null, 'btcusdt')).toEqual(['binance:BTCUSDT', 'bybit:BTCUSDT']);
    expect(asked(null, 'JASMYUSDT')).toEqual(['binance:JASMYUSDT', 'bybit:JASMYUSDT']);
    expect(asked('OANDA', 'BTCUSD')).toEqual(['binance:BTCUSDT', 'bybit:BTCUSDT']);
  });

  it.each([
    ['NASDAQ', 'AAPL'],
    ['NYSE', 'BRK.B'],
    ['FX', 'EURUSD'],
    ['OANDA', 'XAUUSD'],
    ['KRAKEN', 'EURUSD'],
    ['KRAKEN', 'USDTUSD'],
    ['CME_MINI', 'ES1!'],
    ['CME', 'BTC1!'],
    ['CRYPTOCAP', 'BTC.D'],
    ['CRYPTOCAP', 'TOTAL'],
    ['TVC', 'DXY'],
    ['UPBIT', 'BTCKRW'],
    [null, 'EURUSD'],
    [null, 'BINANCE:BTCUSDT/BINANCE:ETHUSDT'],
    [null, 'USDT'],
    ['BINANCE', ''],
    ['BINANCE', null],
    [null, null],
  ])('is none for %s:%s', (exchange, symbol) => {
    expect(asked(exchange, symbol)).toEqual([]);
  });
});
