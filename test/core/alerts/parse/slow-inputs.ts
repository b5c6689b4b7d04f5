/** Bodies of 64 KiB made to be slow to read, and the time that reading one takes. */
import { parseAlert } from '../../../../core/alerts/parse/index.ts';

export const KIB_64 = 65_536;

/** Pieces that the parser's patterns repeat or look for; `¦` divides them. */
export const PIECES =
  'a¦A¦1¦ ¦\n¦{¦[¦(¦"¦\'¦\\¦:¦=¦;¦,¦.¦-¦–¦_¦*¦`¦<¦>¦&¦#¦$¦@¦%¦/¦!¦|¦🐸¦é¦\uE000¦０¦买¦\u0301¦\u00A0¦】¦“¦\t¦{{¦}}¦{{a¦<a¦<script>¦&amp;¦&#1;¦\\n¦\\"¦{"a":¦{a:¦["¦[{¦[[¦"[¦{"a":"[¦{"a":"{¦{"a":{"b":[¦{"a":1,000,¦"a" "b": ¦{"a":"b" "c":¦"k":"v",¦{"m":"\\n¦{"m":"{\\"a\\":¦{"message":"a",¦{"text":"Price: 1\\n¦https://¦[a](http://a¦// ¦/* ¦a: ¦a:b¦::¦:a:¦:light:¦x=¦x = ¦a=1 ¦a=1&¦Price: ¦price 1 ¦price is 1 ¦Price - ¦Ticker:\n¦Señal: compra ¦a — ¦- ¦A_¦**¦BTCUSDT ¦BINANCE:BTCUSDT ¦A:B/¦BTC/¦USDT_¦AAPL ¦$AAPL ¦AAPL at ¦SBIN.NS ¦NQM5 ¦ES1! ¦A1¦RSI ¦at 1 ¦@1¦(1¦from 1 ¦stop ¦1 ¦1,¦1.¦1,000,¦1.000.¦1\'000¦12,5 ¦R$ 1 ¦$1,¦1e5 ¦-1 ¦5%,¦12:30 ¦2025-10-27 ¦buy ¦AL ¦BUY|¦closebuy¦crossing 1 ¦x (1, ¦order buy @ 1 ¦x: order ¦order\nbuy\n@ 1\n'.split(
    '¦',
  );

const repeated = (piece: string, length: number) => piece.repeat(Math.ceil(length / piece.length)).slice(0, length);

/** 64 KiB of a piece: as it is, in a field of JSON, and in lines. */
export function bodiesOf(piece: string): string[] {
  const line = `${repeated(piece, 90)}\n`;
  const json = JSON.stringify({ message: repeated(piece, 60_000) }).slice(0, KIB_64);
  return [repeated(piece, KIB_64), json, repeated(line, KIB_64)];
}

/**
 * The least CPU time of some readings, in milliseconds: what other programs take of the machine is not the parser's. Stops
 * at the first that took at most `enough`.
 */
export function leastCpuMs(body: string, enough: number, runs = 8): number {
  let least = Number.POSITIVE_INFINITY;
  for (let run = 0; run < runs && least > enough; run++) {
    const start = process.threadCpuUsage();
    parseAlert(body);
    const { user, system } = process.threadCpuUsage(start);
    least = Math.min(least, (user + system) / 1000);
  }
  return least;
}
