/** Messages as Bybit sends them, for ten symbols: half trades, half changes of books. */

export const SYMBOLS = Array.from({ length: 10 }, (_, i) => `COIN${i}USDT`);
export const FIRST_TRADE = 2_290_000_001_189_048_101n;

const TIME = Date.UTC(2026, 7, 9);
const LEVELS = 200;

/**
 * The `n`th message of all: by turns a trade and a book's change of some eight levels, symbol after symbol.
 * @param books the topic of books, without the symbol
 */
export function frame(n: number, books: string): string {
  const round = Math.floor(n / 2 / SYMBOLS.length);
  const symbol = SYMBOLS[Math.floor(n / 2) % SYMBOLS.length] ?? '';
  const time = TIME + round * 10;
  if (n % 2 === 0) {
    const id = String(FIRST_TRADE + BigInt(round));
    const price = `${65_000 + (round % 90)}.${round % 10}`;
    const side = round % 3 === 0 ? 'Buy' : 'Sell';
    return `{"topic":"publicTrade.${symbol}","ts":${time + 1},"type":"snapshot","data":[{"i":"${id}","T":${time},"p":"${price}","v":"0.0${(round % 8999) + 1000}","S":"${side}","seq":${round},"s":"${symbol}","BT":false,"RPI":false}]}`;
  }
  const bids = levels(round, 64_999, -1);
  const asks = levels(round, 65_001, 1);
  return `{"topic":"${books}.${symbol}","ts":${time},"type":"delta","data":{"s":"${symbol}","b":[${bids}],"a":[${asks}],"u":${round + 2},"seq":${112_488_545_865 + round}},"cts":${time}}`;
}

function levels(round: number, best: number, step: number): string {
  let text = '';
  for (let i = 0; i < 4; i += 1) {
    const place = (round * 7 + i * 13) % LEVELS;
    text += `${i === 0 ? '' : ','}["${best + step * place}.4","0.${(round % 899) + 100}${i}"]`;
  }
  return text;
}

export function snapshot(topic: string): string {
  const side = (best: number, step: number) =>
    Array.from({ length: LEVELS }, (_, place) => [`${best + step * place}.4`, '0.875077']);
  const symbol = topic.split('.').at(-1);
  const data = { s: symbol, b: side(64_999, -1), a: side(65_001, 1), u: 1, seq: 112_488_545_843 };
  return JSON.stringify({ topic, ts: TIME, type: 'snapshot', data, cts: TIME });
}
