import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { indexKeys } from '../../../../core/alerts/keys.ts';
import { parseAlert } from '../../../../core/alerts/parse/index.ts';
import { readMessages } from './scorer.ts';
import { bodiesOf, KIB_64, leastCpuMs, PIECES } from './slow-inputs.ts';

const MESSAGES = readMessages(new URL('./examples.jsonl', import.meta.url));
/** Twice what `npm run proof -- parser` allows: CPU time, too, is longer on a machine that others use. */
const MOST_MS = 40;

describe('any body', () => {
  it('never throws, and gives values of bounded length without control characters', () => {
    const piece = fc.oneof(
      fc.constantFrom(...PIECES),
      fc.string({ unit: 'binary', maxLength: 6 }),
      fc.constantFrom(...MESSAGES.map(({ body }) => body)),
      fc.constantFrom(
        `Indicador: ${'🐸买'.repeat(150)}`,
        `{"signal":"\\ud83d${'😀'.repeat(200)}"}`,
        `{"indicator":"a${'😀'.repeat(200)}"}`,
      ),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const facts = parseAlert(pieces.join(''));
        for (const value of Object.values(facts)) {
          expect(value?.length ?? 0).toBeLessThanOrEqual(200);
          expect(value?.isWellFormed() ?? true).toBe(true);
          expect(value ?? '').not.toMatch(/\p{Cc}|\uE000/u);
        }
        expect(facts.ticker?.length ?? 0).toBeLessThanOrEqual(90);
        const { symbol, indicator_key } = facts;
        const keys = indexKeys('l'.repeat(22), {
          symbol: symbol ?? undefined,
          indicator_key: indicator_key ?? undefined,
        });
        // DynamoDB: a partition key has at most 2,048 bytes.
        for (const key of Object.values(keys)) expect(Buffer.byteLength(key ?? '')).toBeLessThan(1024);
        expect(facts.price ?? '0').toMatch(/^-?\d+(?:\.\d+)?$/);
      }),
      { numRuns: 150 },
    );
  });

  it('is read the same again', () => {
    for (const { body } of MESSAGES) expect(parseAlert(body)).toEqual(parseAlert(body));
  });

  it.each(PIECES)('takes no long time for 64 KiB of %j', (piece) => {
    for (const body of bodiesOf(piece)) {
      expect(leastCpuMs(body, MOST_MS / 4)).toBeLessThan(MOST_MS);
    }
  });

  it('takes no long time for 64 KiB of any pieces in turn', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...PIECES), { minLength: 2, maxLength: 4 }), (pieces) => {
        const piece = pieces.join('');
        return leastCpuMs(piece.repeat(KIB_64 / piece.length), MOST_MS / 4) < MOST_MS;
      }),
      { numRuns: 60 },
    );
  });

  it.each(['{"a":', '[', '{"a":[', '"{', '{"message":"{'])('may open %j 10,000 times', (opening) => {
    expect(leastCpuMs(opening.repeat(10_000).slice(0, KIB_64), MOST_MS / 4)).toBeLessThan(MOST_MS);
  });
});

describe('decoration', () => {
  const LINES = [
    ['Ticker', 'BINANCE:ETHUSDT'],
    ['Precio', '$2,456.78'],
    ['Señal', 'Divergencia Alcista'],
    ['Indicador', 'ADX DEF [APIDEVS]'],
    ['Temporalidad', '15m'],
  ] as const;
  const expected = parseAlert(LINES.map(([label, value]) => `${label}: ${value}`).join('\n'));

  it.each([
    ['emoji', (label: string, value: string) => `🚨 ${label}: ${value}`],
    ['markdown', (label: string, value: string) => `*${label}:* \`${value}\``],
    ['underscores', (label: string, value: string) => `_${label}_: __${value}__`],
    ['HTML', (label: string, value: string) => `<b>${label}:</b> <code>${value}</code><br>`],
    ['bullets', (label: string, value: string) => `• ${label} : ${value}`],
    ['full-width colons', (label: string, value: string) => `${label}：${value}`],
    ['equals signs', (label: string, value: string) => `${label} = ${value};`],
    ['quotes', (label: string, value: string) => `"${label}": "${value}",`],
    ['zero-width and no-break spaces', (label: string, value: string) => `\uFEFF${label}:\u00A0${value}\u200B`],
    ['CRLF', (label: string, value: string) => `${label}: ${value}\r`],
    ['capitals', (label: string, value: string) => `${label.toUpperCase()}: ${value}`],
  ])('%s change nothing', (_, decorate) => {
    expect(parseAlert(LINES.map(([label, value]) => decorate(label, value)).join('\n'))).toEqual(expected);
  });

  it('is told in one line as in several', () => {
    expect(parseAlert(LINES.map(([label, value]) => `${label}: ${value}`).join(' | '))).toEqual(expected);
    expect(parseAlert(LINES.map(([label, value]) => `${label}: ${value}`).join('\\n'))).toEqual(expected);
  });

  it('is told in a JSON message as in text', () => {
    const text = LINES.map(([label, value]) => `${label}: ${value}`).join('\n');
    expect(parseAlert(JSON.stringify({ text }))).toEqual(expected);
    expect(parseAlert(JSON.stringify({ a: { content: text } }))).toEqual(expected);
  });
});
