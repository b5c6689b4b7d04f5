import { expect, it } from 'vitest';
import { isSameSymbol } from '../../../lambdas/browser/page-state.ts';

it.each([
  ['BINANCE:BTCUSDT', 'BINANCE:BTCUSDT', true],
  ['BINANCE:BTCUSDT', 'btcusdt', true],
  ['BTCUSDT', 'BYBIT:BTCUSDT', true],
  ['BINANCE:BTCUSDT', 'BYBIT:BTCUSDT', false],
  ['BINANCE:BTCUSDT', 'BTCUSDT.P', false],
  ['BINANCE:ETHUSDT', 'BINANCE:BTCUSDT', false],
])('%s shown, %s expected: %s', (shown, expected, same) => expect(isSameSymbol(shown, expected)).toBe(same));
