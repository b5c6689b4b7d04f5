/** Which kinds of words a phrase holds. */
import { fold, GAP } from './text.ts';
import {
  BOILERPLATE,
  EXIT_WORDS,
  INDICATOR_WORDS,
  LONG_WORDS,
  SHORT_WORDS,
  SIGNAL_WORDS,
  TEMPLATE_TEXT,
} from './vocabulary.ts';

const CODE =
  /^(?:enter|exit|open|close|buy|sell|go|cancel|new|close?all|long|short|entry)?(?:long|short|all|limit|stop|market|buy|sell|longshort|partial|exit|entry)$/;
/** Such a code of two parts is a command in any sentence, too: `closebuy`. */
const JOINED_CODE =
  /^(?:enter|exit|open|close|buy|sell|go|cancel)(?:long|short|all|limit|stop|market|buy|sell|longshort|partial)$/;
/** Buy and sell, in capitals: in small letters `al` is Spanish. */
export const isTurkishCommand = (word: string) => /^(?:AL|SAT)[!.]*$/.test(word);
const TURKISH = new Set(['al', 'sat']);

const isLong = (word: string) => LONG_WORDS.has(word);
const isShort = (word: string) => SHORT_WORDS.has(word);
export const isExit = (word: string) => EXIT_WORDS.has(word);
export const isAction = (word: string) => isLong(word) || isShort(word) || isExit(word) || JOINED_CODE.test(word);
export const isSignalWord = (word: string) => isAction(word) || SIGNAL_WORDS.has(word);
export const isBoilerplate = (word: string) => BOILERPLATE.has(word) || /^\d{1,3}$/.test(word);

/** Whether a phrase has a word of which signals are made. */
export function hasSignalWord(phrase: string): boolean {
  return fold(phrase).split(' ').some(isSignalWord) || isActionCode(phrase);
}

/** `buy`, `ENTER-LONG`, `closelongshort`, `AL`: a whole value that can be nothing but a command to trade. */
export function isActionCode(value: string): boolean {
  const folded = fold(value);
  if (folded.length < 2 || folded.length > 24) return false;
  const words = folded.split(' ');
  if (words.length === 1) return isLong(folded) || isShort(folded) || TURKISH.has(folded) || CODE.test(folded);
  return words.length <= 3 && CODE.test(words.join(''));
}

/** Whether a name is an indicator's or a strategy's: by one of its words or by brackets. */
export function isIndicatorName(name: string): boolean {
  const words = fold(name).split(' ');
  if (words.length > 8 || words.every(isBoilerplate)) return false;
  return words.some((word) => INDICATOR_WORDS.has(word)) || /\[[^\]]{2,30}\]|\bv\d/u.test(name);
}

/** `SuperTrend`, `LuxAlgo`: capitals inside a word make a product's name. */
export const isProductName = (name: string): boolean => /\p{Ll}\p{Lu}\p{Ll}/u.test(name) && !name.includes(' ');

/** Whether every word is one that only indicators' names have: `UT Bot`, `EMA 9`. */
export function isOnlyIndicatorWords(name: string): boolean {
  const words = fold(name).split(' ');
  return (
    words.some((word) => INDICATOR_WORDS.has(word)) &&
    words.every((word) => INDICATOR_WORDS.has(word) || /^\d+$/.test(word))
  );
}

/** `Compra/Venta`: a choice that was left open. */
export function isOpenChoice(value: string): boolean {
  const words = fold(value).split(' ');
  return words.length === 2 && words.some(isLong) && words.some(isShort);
}

/** A name or signal worth keeping: with letters, no placeholder, no text left over from a template. */
export function isMeaningful(value: string): boolean {
  return /\p{L}/u.test(value) && !value.includes(GAP) && !TEMPLATE_TEXT.test(fold(value));
}

/** Long or short by the words of a phrase; null when none, both, or an exit among them. */
export function directionOf(phrase: string): 'long' | 'short' | null {
  const spread = fold(phrase.replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')).replace(/\b(?:buy|sell) side\b/g, '');
  const words = spread.replace(/^(enter|open|exit|close|buy|sell|go)(long|short)/, '$1 $2').split(' ');
  if (words.some((word) => isExit(word) || word === 'cover')) return null;
  const longs = words.some((word) => isLong(word) || BULLISH.has(word));
  const shorts = words.some((word) => isShort(word) || BEARISH.has(word));
  if (longs === shorts) return null;
  return longs ? 'long' : 'short';
}

const BULLISH = new Set(
  'bullish bull alcista alcistas uptrend haussier haussiere bullisch бычии бычья rialzista al buystop buylimit'.split(
    ' ',
  ),
);
const BEARISH = new Set(
  'bearish bear bajista bajistas downtrend baissier baissiere barisch медвежии медвежья ribassista sat sellstop selllimit'.split(
    ' ',
  ),
);
