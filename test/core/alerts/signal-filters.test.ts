import { expect, test } from 'vitest';
import * as z from 'zod/mini';
import { identifyAlert, signalId } from '../../../core/alerts/alert-id.ts';
import { parseAlert } from '../../../core/alerts/parse/index.ts';
import { matches, type SignalFilters, signalFilters } from '../../../core/alerts/signal-filters.ts';
import { packFacts, packMessage } from '../../../core/alerts/stored-signal.ts';
import { timesInOrder } from '../../../core/http/time-range.ts';

const query = z.strictObject(signalFilters).check(timesInOrder);

const NOON = Date.UTC(2026, 10, 3, 12);
const MESSAGE = `🪙 Ticker: BINANCE:BTCUSDT
💰 Precio: $67,890.50
📊 Señal: Divergencia Alcista 🟢
🔧 Indicador: ADX DEF [APIDEVS]
⏰ Timeframe: 15
${'Más detalles de la configuración. '.repeat(60)}`;
const signal = {
  ...packFacts(parseAlert(MESSAGE)),
  id: signalId(NOON, identifyAlert('user', undefined, MESSAGE)),
  message: packMessage(MESSAGE),
  screenshot_status: 'processing' as const,
  notes: 'Entrada tardía',
};

test.each<[Record<string, string>, boolean]>([
  [{}, true],
  [{ ticker: 'binance:btcusdt' }, true],
  [{ ticker: 'BTCUSDT' }, false],
  [{ symbol: 'btcusdt', exchange: 'Binance' }, true],
  [{ symbol: 'BTCUSDT.P' }, false],
  [{ indicator: '🐸 adx def APIDEVs 👑' }, true],
  [{ indicator: 'ADX' }, false],
  [{ signal_type: 'divergencia alcista 🟢' }, true],
  [{ signal_type: 'divergencia alcista' }, false],
  [{ timeframe: '15' }, true],
  [{ timeframe: '15 min' }, true],
  [{ timeframe: '15M' }, true],
  [{ timeframe: 'no such thing' }, false],
  [{ result: 'pending' }, true],
  [{ result: 'win' }, false],
  [{ screenshot_status: 'processing' }, true],
  [{ screenshot_status: 'failed' }, false],
  [{ from: '2026-11-03T12:00:00Z' }, true],
  [{ from: '2026-11-03T12:00:00.001Z' }, false],
  [{ to: '2026-11-03T12:00:00.000Z' }, false],
  [{ to: '2026-11-03T12:00:00.001' }, true],
  [{ from: '2026-11-03T13:59:00+02:00', to: '2026-11-03T14:01:00+02:00' }, true],
  [{ from: '2026-11-03T12:00:00Z', to: '2026-11-03T12:00:00Z' }, false],
  [{ q: 'senal: DIVERGENCIA' }, true],
  [{ q: '$67,890' }, true],
  [{ q: 'CONFIGURACION' }, true],
  [{ q: 'TARDIA' }, true],
  [{ q: '[apidevs]' }, true],
  [{ q: 'bajista' }, false],
  [{ q: 'divergencia', symbol: 'ETHUSDT' }, false],
])('%j', (written, expected) => {
  expect(matches(query.parse(written), signal)).toBe(expected);
});

test('what is not known of a signal fits no filter for it', () => {
  const bare = { id: signal.id, result: 'win' as const };
  const wanted: SignalFilters[] = [
    { ticker: 'A' },
    { symbol: 'A' },
    { indicator: 'a' },
    { signal_type: 'a' },
    { q: 'a' },
  ];
  expect(wanted.map((filters) => matches(filters, bare))).toEqual(wanted.map(() => false));
  expect(matches({ result: 'win' }, bare)).toBe(true);
});

test('what a parser stores is found by the form of it that the filter makes', () => {
  const { ticker, exchange, symbol, indicator, signal_type, timeframe } = signal;
  const written = { ticker, exchange, symbol, indicator, signal_type, timeframe };
  expect(Object.values(written)).not.toContain(undefined);
  expect(matches(query.parse(written), signal)).toBe(true);
});

test.each([
  [{ symbol: '' }, ['symbol']],
  [{ q: 'x'.repeat(201) }, ['q']],
  [{ q: '\u0301' }, ['q']],
  [{ indicator: '🐸' }, ['indicator']],
  [{ result: 'lost', screenshot_status: 'done' }, ['result', 'screenshot_status']],
  [{ from: 'yesterday', to: '2026-02-30T00:00:00Z' }, ['from', 'to']],
  [{ from: '2026-11-04T00:00:00Z', to: '2026-11-03T00:00:00Z' }, ['from']],
])('%j is refused', (written, paths) => {
  const { error } = query.safeParse(written);
  expect(error?.issues.map(({ path }) => path.join('.'))).toEqual(paths);
});
