import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { timedId } from '../../../core/alerts/alert-id.ts';
import { packMessage, type StoredSignal, storedSignalSchema } from '../../../core/alerts/stored-signal.ts';
import { csvRecord, defused } from '../../../lambdas/export/csv.ts';
import { HEADER, signalRecord } from '../../../lambdas/export/signals-csv.ts';
import { readCsv } from '../../csv.ts';

describe('a record', () => {
  test('of any cells is read back as it was', () => {
    const nasty = fc.constantFrom('"', '""', ',', '\r', '\n', '\r\n', ';', ' ', '\t', '', '🟢', '\ufeff');
    const cell = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(nasty).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(fc.array(fc.array(cell, { minLength: 2 })), (records) => {
        expect(readCsv(records.map(csvRecord).join(''))).toEqual(records);
      }),
    );
  });
});

describe('a cell that a spreadsheet would run', () => {
  test.each([
    '=1+1',
    '+1+1',
    '-1+1',
    '@SUM(A1)',
    '\t=1',
    '\r=1',
    '\n=1',
    ' =1',
    '\u00a0=1',
    '\u200b=1',
    '＝1+1',
    '＋1',
    '－1',
    '＠x',
    '﹦1',
    '-',
    '--1',
    '-1e5',
    '-1,5',
    '+5',
    '-12.',
    "=cmd|'/c calc'!A0",
    '\tplain',
    '-12.5\n=1',
  ])('%j gets an apostrophe', (cell) => {
    expect(defused(cell)).toBe(`'${cell}`);
  });

  test.each([
    '',
    '12.5',
    '-12.5',
    '-0.00000001',
    '-123456789012345.12345678',
    'BTCUSDT',
    "'quoted",
    'a=b',
    '1-2',
    '🐸 -1',
  ])('%j stays', (cell) => {
    expect(defused(cell)).toBe(cell);
  });

  test('is none any more, and nothing else changes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.constantFrom('', '=', '+', '-', '@', '\t', '＝'), (text, sign) => {
        const cell = defused(sign + text);
        expect(cell.endsWith(sign + text)).toBe(true);
        expect(cell.length - text.length - sign.length).toBeLessThanOrEqual(1);
        expect(cell).toMatch(/^(?![\s\p{C}]*[=+@＝＋－＠])/u);
        expect(cell.startsWith('-') && !Number.isFinite(Number(cell))).toBe(false);
      }),
    );
  });
});

const CREATED_AT = '2026-11-22T06:00:00.123Z';

describe('a signal', () => {
  const signal: StoredSignal = storedSignalSchema.parse({
    pk: 'U#x',
    id: timedId(Date.parse(CREATED_AT), new Uint8Array(16)),
    user_id: 'demo',
    sequence: 1,
    symbol: 'BTCUSDT',
    price: '0.00000001',
    profit_loss: '-12.50',
    notes: '=HYPERLINK("http://example.com","x")',
    parse_status: 'partial',
    message: packMessage(`BTCUSDT "buy"\n${'ñ🟢, '.repeat(300)}`),
    generation: 1,
    screenshot_status: 'failed',
    screenshot_reason: 'crashed',
  });

  test('is a record under the header, with numbers as they are and the whole message', () => {
    const [names = [], cells = [], ...others] = readCsv((HEADER + signalRecord(signal)).replace(/^\ufeff/, ''));
    expect(others).toEqual([]);
    expect(cells).toHaveLength(names.length);
    expect(Object.fromEntries(names.map((name, index) => [name, cells[index]]))).toMatchObject({
      id: signal.id,
      created_at: CREATED_AT,
      updated_at: CREATED_AT,
      ticker: '',
      symbol: 'BTCUSDT',
      price: '0.00000001',
      profit_loss: '-12.50',
      result: 'pending',
      duplicates: '0',
      notes: `'${signal.notes}`,
      screenshot_reason: 'crashed',
      message: `BTCUSDT "buy"\n${'ñ🟢, '.repeat(300)}`,
    });
  });

  test('begins a file that says it is UTF-8', () => {
    expect(Buffer.from(HEADER).subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]));
  });
});
