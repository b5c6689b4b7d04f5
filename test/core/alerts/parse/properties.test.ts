import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAlert } from '../../../../core/alerts/parse/index.ts';
import { readMessages } from './scorer.ts';

const MESSAGES = readMessages(new URL('./examples.jsonl', import.meta.url));
const KIB_64 = 65_536;
/** Milliseconds for 64 KiB, the least of some runs: what other processes take of the machine is not the parser's. */
const MOST_MS = 20;

/** Pieces that the parser's patterns repeat or look for. */
const PIECES =
  'a|A|1| |\n|{|[|(|"|\'|\\|:|=|;|,|.|-|–|_|*|`|<|>|&|#|$|@|%|/|!|🐸|é|\uE000|０|买|\u0301|{{|}}|{{a|<a|<script>|&amp;|\\n|\\"|{"a":|{a:|["|[{|https://|[a](http://a|a: |Price: |price 1 |BTCUSDT |BINANCE:BTCUSDT |RSI |at 1 |a=1 |a=1&|1,|1.|order buy @ 1 |x: order |A:B/|buy |2025-10-27 |12:30 |"k":"v",|// |/* |$1,|A_|**|Ticker:\n|Señal: compra |{"m":"\\n|{"m":"{\\"a\\":|x (1, |crossing 1 |AAPL at |{"message":"a",'.split(
    '|',
  );

const repeated = (piece: string) => (piece || '|').repeat(Math.ceil(KIB_64 / (piece.length || 1))).slice(0, KIB_64);

function leastMs(body: string): number {
  let least = Number.POSITIVE_INFINITY;
  for (let run = 0; run < 12 && least > MOST_MS / 2; run++) {
    const start = performance.now();
    parseAlert(body);
    least = Math.min(least, performance.now() - start);
  }
  return least;
}

describe('any body', () => {
  it('never throws, and gives values of bounded length without control characters', () => {
    const piece = fc.oneof(
      fc.constantFrom(...PIECES),
      fc.string({ unit: 'binary', maxLength: 6 }),
      fc.constantFrom(...MESSAGES.map(({ body }) => body)),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const facts = parseAlert(pieces.join(''));
        for (const value of Object.values(facts)) {
          expect(value?.length ?? 0).toBeLessThanOrEqual(200);
          expect(value ?? '').not.toMatch(/\p{Cc}|\uE000/u);
        }
        expect(facts.ticker?.length ?? 0).toBeLessThanOrEqual(90);
        expect(facts.price ?? '0').toMatch(/^-?\d+(?:\.\d+)?$/);
      }),
      { numRuns: 150 },
    );
  });

  it('is read the same again', () => {
    for (const { body } of MESSAGES) expect(parseAlert(body)).toEqual(parseAlert(body));
  });

  it.each(PIECES)('takes under 20 ms for 64 KiB of %j', (piece) => {
    expect(leastMs(repeated(piece))).toBeLessThan(MOST_MS);
    const text = JSON.stringify({ message: repeated(piece).slice(0, 60_000) });
    expect(leastMs(text.slice(0, KIB_64))).toBeLessThan(MOST_MS);
  });

  it('takes under 20 ms for 64 KiB of any two pieces in turn', () => {
    const piece = fc.constantFrom(...PIECES);
    fc.assert(
      fc.property(piece, piece, (a, b) => leastMs(repeated(a + b)) < MOST_MS),
      { numRuns: 30 },
    );
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
