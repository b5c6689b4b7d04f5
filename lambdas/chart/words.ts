/** What pictures say, in the languages they speak. */

import type { Direction } from '../../core/alerts/signal.ts';
import type { ExchangeName } from '../../core/market/candle.ts';
import type { Language } from './input.ts';

export interface Words {
  /** BCP 47, for dates. */
  locale: string;
  direction: Record<Direction, string>;
  signal: string;
  unknownTicker: string;
  time: string;
  indicator: string;
  signalType: string;
  message: string;
  volume: string;
  open: string;
  high: string;
  low: string;
  close: string;
  source: (exchange: ExchangeName, symbol: string) => string;
  standsIn: (ticker: string) => string;
  otherTimeframe: (timeframe: string) => string;
  replay: string;
  offScale: (price: string) => string;
  noMarket: string;
}

const EXCHANGES: Record<ExchangeName, string> = { bybit: 'Bybit', binance: 'Binance' };

export const WORDS: Record<Language, Words> = {
  es: {
    locale: 'es-ES',
    direction: { long: 'LARGO', short: 'CORTO' },
    signal: 'SEÑAL',
    unknownTicker: 'Señal sin símbolo',
    time: 'Hora',
    indicator: 'Indicador',
    signalType: 'Tipo de señal',
    message: 'Mensaje',
    volume: 'Volumen',
    open: 'Ap',
    high: 'Máx',
    low: 'Mín',
    close: 'Ci',
    source: (exchange, symbol) => `Velas: ${EXCHANGES[exchange]} spot, ${symbol}`,
    standsIn: (ticker) => `mercado más cercano a ${ticker}`,
    otherTimeframe: (timeframe) => `velas de ${timeframe}`,
    replay: 'REPLAY · MERCADO SIMULADO',
    offScale: (price) => `Precio de la señal ${price}, fuera de escala`,
    noMarket: 'Sin datos de mercado para este símbolo',
  },
  en: {
    locale: 'en-GB',
    direction: { long: 'LONG', short: 'SHORT' },
    signal: 'SIGNAL',
    unknownTicker: 'Signal without a symbol',
    time: 'Time',
    indicator: 'Indicator',
    signalType: 'Signal type',
    message: 'Message',
    volume: 'Volume',
    open: 'O',
    high: 'H',
    low: 'L',
    close: 'C',
    source: (exchange, symbol) => `Candles: ${EXCHANGES[exchange]} spot, ${symbol}`,
    standsIn: (ticker) => `nearest market to ${ticker}`,
    otherTimeframe: (timeframe) => `${timeframe} candles`,
    replay: 'REPLAY · SIMULATED MARKET',
    offScale: (price) => `Signal price ${price}, off the scale`,
    noMarket: 'No market data for this symbol',
  },
};
