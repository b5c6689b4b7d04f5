import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSameResolution, isSameSymbol, resolutionOf, viewOf } from '../../../lambdas/browser/view.ts';

describe('what a signal’s chart must show', () => {
  it.each([
    [{}, {}],
    [{ ticker: 'BTCUSDT' }, { symbol: 'BTCUSDT' }],
    [
      { ticker: 'BYBIT:BTCUSDT.P', timeframe: '15m' },
      { symbol: 'BYBIT:BTCUSDT.P', resolution: '15' },
    ],
    [{ timeframe: '1d' }, { resolution: '1D' }],
    [{ ticker: 'ES1!', timeframe: 'soon' }, { symbol: 'ES1!' }],
  ])('%o: %o', (signal, view) => expect(viewOf(signal)).toEqual(view));

  it.each([
    ['30s', '30S'],
    ['1m', '1'],
    ['1h', '60'],
    ['4h', '240'],
    ['1d', '1D'],
    ['1w', '1W'],
    ['1M', '1M'],
    ['0m', undefined],
    ['15', undefined],
  ])('%s is %s', (timeframe, resolution) => expect(resolutionOf(timeframe)).toBe(resolution));

  it.each([
    ['1D', 'D', true],
    ['D', '1D', true],
    ['1', '1', true],
    ['1', '1D', false],
    ['60', '240', false],
  ])('a chart of %s where %s is wanted: %s', (shown, wanted, same) => {
    expect(isSameResolution(shown, wanted)).toBe(same);
  });
});

describe('whether a chart shows the symbol', () => {
  it.each([
    ['BINANCE:BTCUSDT', 'BINANCE:BTCUSDT', true],
    ['BINANCE:BTCUSDT', 'btcusdt', true],
    ['BTCUSDT', 'BYBIT:BTCUSDT', true],
    ['BINANCE:BTCUSDT', 'BYBIT:BTCUSDT', false],
    ['BINANCE:ETHUSDT', 'BINANCE:BTCUSDT', false],
    // A perpetual is another symbol than the pair, in both of its spellings.
    ['BINANCE:BTCUSDT', 'BTCUSDT.P', false],
    ['BYBIT:BTCUSDT.P', 'BTCUSDT', false],
    ['BYBIT:BTCUSDT.P', 'BTCUSDT.P', true],
    ['BINANCE:BTCUSDT.P', 'BINANCE:BTCUSDTPERP', true],
    // One exchange, several spellings.
    ['NASDAQ_DLY:AAPL', 'NASDAQ:AAPL', true],
    ['CME_MINI_DL:ES1!', 'CME_MINI:ES1!', true],
    ['CME:ES1!', 'CME_MINI:ES1!', false],
    ['BATS:AAPL', 'NASDAQ:AAPL', true],
    ['NYSE:AAPL', 'NASDAQ:AAPL', false],
    ['BATS:BTCUSDT', 'BINANCE:BTCUSDT', false],
    // With settings, and calculated from several.
    ['={"symbol":"NASDAQ:AAPL","adjustment":"splits"}', 'NASDAQ:AAPL', true],
    ['BINANCE:BTCUSDT/BINANCE:ETHUSDT', 'BINANCE:BTCUSDT/BINANCE:ETHUSDT', true],
    ['BINANCE:BTCUSDT/BINANCE:ETHUSDT', 'BINANCE:BTCUSDT', false],
    ['BINANCE:BTCUSDT', 'ETHUSDT', false],
  ])('%s shown, %s wanted: %s', (shown, wanted, same) => expect(isSameSymbol(shown, wanted)).toBe(same));

  it('it makes no difference which of the two is shown', () => {
    const name = fc
      .tuple(
        fc.constantFrom('', 'BINANCE:', 'BYBIT:', 'BATS:', 'NYSE_DL:'),
        fc.constantFrom('BTCUSDT', 'BTCUSDT.P', 'BTCUSDTPERP', 'AAPL'),
      )
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(name, name, (a, b) => {
        expect(isSameSymbol(a, b)).toBe(isSameSymbol(b, a));
        expect(isSameSymbol(a, a)).toBe(true);
      }),
    );
  });
});
