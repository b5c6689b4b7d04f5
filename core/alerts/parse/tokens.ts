/** Free text as tokens, each of a kind: symbols, prices, timeframes and times by their own form or the words around. */
import { readPrice, significantDigits } from './numbers.ts';
import { readStockSymbol, readStrongSymbol } from './symbols.ts';
import { fold } from './text.ts';
import { BOILERPLATE, INDICATOR_WORDS, meaningsOf, NO_PRICE_WORDS, wordSet } from './vocabulary.ts';
import { isUnmistakable, WELL_KNOWN } from './well-known.ts';
import { isAction } from './words.ts';

export type Kind = 'word' | 'symbol' | 'number' | 'price' | 'timeframe' | 'time' | 'break' | 'at';

export interface Token {
  readonly raw: string;
  /** Folded; empty for emoji and punctuation. */
  readonly word: string;
  kind: Kind;
  /** Punctuation that ends a phrase after this token. */
  readonly ends: string;
}

/** After one of these, or a price's label, a number is a price. */
const AT = wordSet('at reached reaches alcanza alcanzó');
/** After one of these, a number that looks like one. */
const MAYBE_AT = wordSet('a en em à auf bei zu um по po на to above below over under');
/** After one of these, too, where a command or a symbol stands before it: `short from 1.2711`. */
const FROM = wordSet('from desde от ab od da');
/** After a price's word and one of these, too: `price is 12`. */
const JOINS_TO_PRICE = wordSet('is es est ist of de now to ahora');
/** After one of these, a capital word is a symbol. */
const ON = wordSet(
  'on en em auf für sur pour for para на по in su per do no na of de symbol símbolo ticker pair par ativo activo asset coin moneda stock hisse',
);
/** Before one of these, too: what prices and charts do. */
const HAPPENS = wordSet(
  'at price precio has have had is are was crossing crossed crosses entered enters entering exited exits exiting meets met broke breaks breaking broken moving moved reached reaches hit hits touched touches touching tested tests testing start starts started above below fell falls rose rises gained gains lost closes closed approaches approaching trading made makes shows showing triggered greater less inside outside cruza cruce cruzó en rompió rompe entra sale alcanza alcanzó supera superó toca tocó está subió bajó sube cae perfora recupera rompeu cruzou atingiu tocou подрос пробил пересек',
);
/** The place of a symbol that can be nothing else, before what its neighbours add. */
const UNMISTAKABLE = 6;
const DASH = /^(?:[-–—|/→⇒>]+|->|=>|&)$/u;
const TIMEFRAME =
  /^[([]?(?:\d{1,3}(?:m|min|h|hr|H|D|d|W|w|M|S)|[DWM](?=\W)|H[148]|H12|M(?:1|5|15|30)|D1|W1|MN1)[)\],.:]{0,2}$/;
const USUAL_MINUTES = /^\(?(?:1|2|3|5|10|15|30|45|60|90|120|180|240|360|480|720)\)?[,.:]?$/;
const DAYS = /^[DWM][,:]?$/;
const TIME = /^\(?\d{1,2}:\d{2}|^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}/;
/** A longer capital word is a symbol only where the sentence says so. */
const MAX_STOCK = 6;
/** How far a stop or a target is from a price, at most, as a share of it. */
const NEAR = 0.3;
const MAX_TOKENS = 120;
const MAX_TOKENS_IN_ALL = 1200;

/** The tokens of each run of text, their kinds told by all runs together. */
export function tokenize(runs: readonly string[]): readonly (readonly Token[])[] {
  let left = MAX_TOKENS_IN_ALL;
  const lines: Token[][] = [];
  for (const run of runs) {
    const tokens = left > 0 ? tokensOf(run).slice(0, left) : [];
    left -= tokens.length;
    if (tokens.length > 0) lines.push(tokens);
  }
  markStocks(lines);
  for (const tokens of lines) markNumbers(tokens);
  joinColumns(lines);
  return lines;
}

function tokensOf(text: string): Token[] {
  return text
    .replace(/(?<=\w)\(([A-Z0-9:.]{5,40})\)/g, (whole, inside: string) =>
      readStrongSymbol(inside) ? ` (${inside})` : whole,
    )
    .replace(/(?<=[A-Z0-9!])@(?=[$\d])/g, ' @ ')
    .replace(/([$€£¥₹₺₽])\s(?=\d)/g, '$1')
    .replace(/([([]\d{1,3}) (min|h|d)\w{0,6}(?=[)\]])/gi, '$1$2')
    .split(/\s+/)
    .filter(Boolean)
    .slice(0, MAX_TOKENS)
    .map((raw) => ({ raw, word: fold(raw), kind: kindOf(raw), ends: /[,:!?)\]]$|\.$/.exec(raw)?.[0] ?? '' }));
}

function kindOf(raw: string): Kind {
  if (raw === '@') return 'at';
  if (DASH.test(raw)) return 'break';
  if (readStrongSymbol(raw)) return 'symbol';
  if (TIME.test(raw)) return 'time';
  if (TIMEFRAME.test(raw)) return 'timeframe';
  return /^[@([~≈]?(?:(?:US|R|CA|A|C)(?=\$))?[-+$€£¥₹₺₽]{0,2}\.?\d/.test(raw) ? 'number' : 'word';
}

/** How well a capital word is placed for a symbol: tagged, alone in its run, after `on`, before `at`, after a command. */
function placeOf(tokens: readonly Token[], at: number): number {
  const token = tokens[at];
  const symbol = token?.kind === 'word' ? readStockSymbol(token.raw)?.symbol : undefined;
  if (!token || !symbol) return 0;
  return placeAmong(tokens, at, token) + (isUnmistakable(symbol) ? UNMISTAKABLE : 0);
}

function placeAmong(tokens: readonly Token[], at: number, token: Token): number {
  const before = tokens[at - 1];
  const after = tokens[at + 1];
  if (/^[#$]/.test(token.raw)) return 5;
  if (token.word.length < 2) return before && ON.has(before.word) ? 1 : 0;
  if (tokens.every((other) => other === token || other.kind === 'timeframe' || !/\p{L}/u.test(other.raw))) return 4;
  if (isEdge(before) && isEdge(after)) return 3;
  if (isShouted(tokens)) return before?.kind === 'break' && after?.kind === 'at' ? 3 : 0;
  if (before?.kind === 'word' && !/[.!?]/.test(before.ends) && ON.has(before.word)) return 3;
  return placeInSentence(token, before, after, tokens[at + 2]);
}

function placeInSentence(token: Token, before?: Token, after?: Token, afterThat?: Token): number {
  if (after && HAPPENS.has(after.word)) return 2;
  if (token.word.length > MAX_STOCK) return 0;
  if (isBeforeEvent(after, afterThat)) return 2;
  if (!before) return after && WELL_KNOWN.has(token.raw) ? 1 : 0;
  return isAction(before.word) && after?.kind !== 'word' ? 1 : 0;
}

/** In a run all in capitals, capitals mark nothing. */
const isShouted = (tokens: readonly Token[]) =>
  tokens.filter(({ kind, word }) => kind === 'word' && word).length > 4 &&
  !tokens.some(({ raw }) => /\p{Ll}/u.test(raw));

/** `… @`, `… 15m`, `… a 34.2`, `… 143.12`. */
function isBeforeEvent(after: Token | undefined, afterThat: Token | undefined): boolean {
  if (!after) return false;
  if (after.kind === 'at' || after.kind === 'timeframe' || DAYS.test(after.raw)) return true;
  if (afterThat?.kind === 'number' && (AT.has(after.word) || MAYBE_AT.has(after.word) || priceLabelRank(after) <= 3))
    return true;
  return after.kind === 'number' && isPriceLike(readPrice(after.raw) ?? '');
}

const isEdge = (token: Token | undefined) => token === undefined || token.kind === 'break';

/** Where no token is a symbol by itself, the best placed capital word is one, wherever it stands. */
function markStocks(lines: readonly (readonly Token[])[]): void {
  if (lines.some((tokens) => tokens.some((token) => token.kind === 'symbol'))) return;
  let best = { place: 0, word: '' };
  for (const tokens of lines) {
    tokens.forEach((token, at) => {
      const place = placeOf(tokens, at);
      if (place > best.place) best = { place, word: token.word };
    });
  }
  if (best.place === 0) return;
  for (const token of lines.flat()) {
    if (token.word === best.word && readStockSymbol(token.raw)) token.kind = 'symbol';
  }
}

/** A number token with what follows it, from which its unit shows. */
export const priceText = (tokens: readonly Token[], at: number): string =>
  tokens
    .slice(at, at + 3)
    .map((token) => token.raw)
    .join(' ')
    .replace(/^[@([~≈]+/, '');

function markNumbers(tokens: readonly Token[]): void {
  tokens.forEach((token, at) => {
    if (token.kind !== 'number' && token.kind !== 'word') return;
    if (isInterval(tokens, at)) token.kind = 'timeframe';
    else if (token.kind === 'number' && isPrice(tokens, at)) token.kind = 'price';
  });
}

/** `BYBIT:ETHUSDT.P 15 …`, `… on NASDAQ:NVDA - 60`. */
function isInterval(tokens: readonly Token[], at: number): boolean {
  const raw = tokens[at]?.raw ?? '';
  if (!USUAL_MINUTES.test(raw) && !DAYS.test(raw)) return false;
  const after = tokens[at + 1];
  if (tokens[at - 1]?.kind === 'symbol') return true;
  return tokens[at - 1]?.kind === 'break' && tokens[at - 2]?.kind === 'symbol' && (!after || after.kind === 'break');
}

function isPrice(tokens: readonly Token[], at: number): boolean {
  const raw = tokens[at]?.raw ?? '';
  const price = readPrice(priceText(tokens, at));
  if (price === null || /\/\d/.test(raw) || isReading(tokens, at)) return false;
  if (INDICATOR_WORDS.has(tokens[at + 1]?.word ?? '')) return false;
  return (
    raw.startsWith('@') ||
    isAfterPriceWord(tokens, at, /[$€£.,]\d/.test(raw) || isPriceLike(price)) ||
    isBesideSymbol(tokens, at, price) ||
    isLoneAmount(tokens, at)
  );
}

/** Whether the words before a number make it a price; `isLikely`: its digits do not speak against it. */
function isAfterPriceWord(tokens: readonly Token[], at: number, isLikely: boolean): boolean {
  const before = tokens[at - 1];
  const beforeThat = tokens[at - 2];
  const label = priceLabelRank(before);
  if (!before) return false;
  if (before.kind === 'at' || AT.has(before.word) || label <= 1) return true;
  if (JOINS_TO_PRICE.has(before.word) && priceLabelRank(beforeThat) <= 3) return true;
  if (!isLikely) return false;
  return MAYBE_AT.has(before.word) || label <= 3 || (FROM.has(before.word) && isTrade(beforeThat));
}

const isTrade = (token: Token | undefined) => token?.kind === 'symbol' || isAction(token?.word ?? '');

/** How clearly a word before a number is a price's label; infinite for one that is none. */
function priceLabelRank(token: Token | undefined): number {
  if (token?.kind !== 'word') return Number.POSITIVE_INFINITY;
  return meaningsOf(token.word).find(({ role }) => role === 'price')?.rank ?? Number.POSITIVE_INFINITY;
}

/** Whether the number belongs to an oscillator, a volume, a size or an order's end, by the nearest word that tells. */
function isReading(tokens: readonly Token[], at: number): boolean {
  for (let back = at - 1; back >= Math.max(0, at - 6); back--) {
    const token = tokens[back];
    if (!token || token.kind === 'symbol' || token.kind === 'break') return false;
    const isOrder = token.word === 'stop' && isAction(tokens[back - 1]?.word ?? '');
    if (!isOrder && token.word.split(' ').some((word) => NO_PRICE_WORDS.has(word))) return true;
    if (isAction(token.word) || priceLabelRank(token) <= 1) return false;
  }
  return false;
}

/** Whether a bare number beside a symbol is a price: it says at least four digits, and is no serial number. */
const isPriceLike = (price: string) => significantDigits(price) >= 4 && !/^\d{9,}$/.test(price);

/** `BTCUSDT 67890.5`, `BTCUSDT - BUY - 67890.5`. */
function isBesideSymbol(tokens: readonly Token[], at: number, price: string): boolean {
  const back = tokens
    .slice(0, at)
    .findLast(
      ({ kind, word }) =>
        kind !== 'break' &&
        kind !== 'timeframe' &&
        !isAction(word) &&
        !BOILERPLATE.has(word) &&
        (word || kind !== 'word'),
    );
  return back?.kind === 'symbol' && isPriceLike(price);
}

/** `$67,890.50`, `💰 67890.5`: an amount of money with nothing but a symbol or a command to trade beside it. */
function isLoneAmount(tokens: readonly Token[], at: number): boolean {
  const others = tokens.filter((token, index) => index !== at && /[\p{L}\p{N}]/u.test(token.raw));
  return (
    (/^-?(?:(?:US|R|CA|A|C)?\$|[€£¥₹₺₽])/.test(tokens[at]?.raw ?? '') ||
      /^[💰💵💲💶💷💴]/u.test(tokens[at - 1]?.raw ?? '')) &&
    others.every((token) => token.kind === 'symbol' || isAction(token.word))
  );
}

/**
 * A run that is one number after a run that is one symbol, with no reading's name between: columns of a table. It is
 * a price when it looks like one, or when another column is near it, as a stop or a target is.
 */
function joinColumns(lines: readonly (readonly Token[])[]): void {
  const columns = lines.flatMap((tokens) => (tokens.length === 1 ? (tokens[0] ?? []) : []));
  const isNear = (price: number, other: number) => Math.abs(other - price) <= price * NEAR;
  const hasNear = (token: Token, price: number) =>
    columns.some((other) => other !== token && other.kind === 'number' && isNear(price, Number(readPrice(other.raw))));
  let afterSymbol = false;
  for (const tokens of lines) {
    const only = tokens.length === 1 ? tokens[0] : undefined;
    if (only?.kind === 'number' && afterSymbol) {
      const price = readPrice(only.raw);
      if (price && (isPriceLike(price) || hasNear(only, Number(price)))) only.kind = 'price';
    }
    const passes = !tokens.some(({ kind, word }) => kind === 'number' || NO_PRICE_WORDS.has(word));
    afterSymbol = only?.kind === 'symbol' || (afterSymbol && passes);
  }
}
