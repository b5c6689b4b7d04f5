import { signalTime } from '../../core/alerts/alert-id.ts';
import { type StoredSignal, unpackMessage } from '../../core/alerts/stored-signal.ts';
import { BYTE_ORDER_MARK, csvRecord, defused } from './csv.ts';

/** Signals as the records of a CSV file. An unknown value is an empty cell. */

type Column = readonly [name: string, value: (signal: StoredSignal) => string | number | undefined];

function createdAt({ id }: StoredSignal): string {
  return new Date(signalTime(id)).toISOString();
}

/** What the API shows of a signal, without addresses, which expire; the message, which may have many lines, comes last. */
const COLUMNS: readonly Column[] = [
  ['id', (signal) => signal.id],
  ['created_at', createdAt],
  ['timestamp', (signal) => signal.timestamp],
  ['ticker', (signal) => signal.ticker],
  ['exchange', (signal) => signal.exchange],
  ['symbol', (signal) => signal.symbol],
  ['price', (signal) => signal.price],
  ['indicator', (signal) => signal.indicator],
  ['indicator_key', (signal) => signal.indicator_key],
  ['signal_type', (signal) => signal.signal_type],
  ['direction', (signal) => signal.direction],
  ['timeframe', (signal) => signal.timeframe],
  ['result', (signal) => signal.result ?? 'pending'],
  ['entry_price', (signal) => signal.entry_price],
  ['exit_price', (signal) => signal.exit_price],
  ['profit_loss', (signal) => signal.profit_loss],
  ['profit_loss_percent', (signal) => signal.profit_loss_percent],
  ['notes', (signal) => signal.notes],
  ['duplicates', (signal) => signal.duplicates ?? 0],
  ['parse_status', (signal) => signal.parse_status],
  ['chart_id', (signal) => signal.chart_id],
  ['screenshot_status', (signal) => signal.screenshot_status],
  ['screenshot_source', (signal) => signal.screenshot_source],
  ['screenshot_reason', (signal) => signal.screenshot_reason],
  ['updated_at', (signal) => signal.updated_at ?? createdAt(signal)],
  ['message', (signal) => unpackMessage(signal.message)],
];

export const HEADER = BYTE_ORDER_MARK + csvRecord(COLUMNS.map(([name]) => name));

export function signalRecord(signal: StoredSignal): string {
  return csvRecord(COLUMNS.map(([, value]) => defused(String(value(signal) ?? ''))));
}
