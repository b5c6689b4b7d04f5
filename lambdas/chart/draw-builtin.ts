import { signalTime as arrivalTime } from '../../core/alerts/alert-id.ts';
import { type StoredSignal, unpackMessage } from '../../core/alerts/stored-signal.ts';
import { environment } from '../../core/aws/environment.ts';
import { CaptureFailure, type Picture, type PictureRequest, RESOLUTION_PIXELS } from '../../core/captures/picture.ts';
import { MAX_TRIES } from '../../core/captures/run.ts';
import { candlesForSignal } from '../../core/market/candles.ts';
import { collectedCandles } from '../../core/market/collected-candles.ts';
import { MarketError } from '../../core/market/error.ts';
import { chartTimeframe } from '../../core/market/timeframe.ts';
import { drawSignalChart } from './chart.ts';
import { type ChartMarket, type SignalFacts, signalTime } from './input.ts';

/** Our own picture of a signal: its chart where an exchange has candles, else the card with its facts. */
export async function drawBuiltin(request: PictureRequest): Promise<Picture> {
  const { signal, user } = request;
  const size = RESOLUTION_PIXELS[user.screenshot_resolution];
  const facts = factsOf(signal);
  const png = await drawSignalChart({
    signal: facts,
    market: await marketOf(facts, request),
    look: { ...size, theme: user.screenshot_theme, language: user.language, timezone: user.timezone },
  });
  return { png, ...size };
}

function factsOf(signal: StoredSignal): SignalFacts {
  const arrival = arrivalTime(signal.id);
  // An alert can't be of a later time than it came; its clock or zone is off then.
  const isTimely = signal.timestamp !== undefined && Date.parse(signal.timestamp) <= arrival;
  return {
    ticker: signal.ticker ?? null,
    exchange: signal.exchange ?? null,
    symbol: signal.symbol ?? null,
    price: signal.price ?? null,
    indicator: signal.indicator ?? null,
    signal_type: signal.signal_type ?? null,
    direction: signal.direction ?? null,
    timeframe: signal.timeframe ?? null,
    timestamp: isTimely ? (signal.timestamp ?? null) : null,
    receivedAt: new Date(arrival).toISOString(),
    message: unpackMessage(signal.message),
  };
}

async function marketOf(facts: SignalFacts, { signal, deadline }: PictureRequest): Promise<ChartMarket | null> {
  const { exchange, symbol } = facts;
  const timeframe = chartTimeframe(facts.timeframe);
  try {
    const found = await candlesForSignal(
      { exchange, symbol, timeframe, at: signalTime(facts) },
      {
        bybitUrl: environment('BYBIT_REST_URL'),
        binanceUrl: environment('BINANCE_REST_URL'),
        timeout: Math.min(5000, deadline - Date.now()),
        collected: collectedCandles,
      },
    );
    if (!found) return null;
    const { market, candles } = found;
    const replay = environment('MARKET_DATA') === 'replay';
    return { source: market.exchange, symbol: market.symbol, exact: market.exact, timeframe, candles, replay };
  } catch (error) {
    if (!(error instanceof MarketError)) throw error;
    // Exchanges that stay away do not cost the signal its picture: the last try draws the card.
    if ((signal.tries ?? 1) >= MAX_TRIES) return null;
    throw new CaptureFailure(`market_${error.kind}`, true, error.message, { cause: error });
  }
}
