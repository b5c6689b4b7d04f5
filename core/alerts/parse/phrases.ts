/** The phrases between symbols, numbers and punctuation: which of them is the signal, which names an indicator. */
import { type Claim, type ClaimRole, RANK } from './claims.ts';
import { fold, GAP, tidy } from './text.ts';
import { readTimeframe, readTimestamp } from './times.ts';
import type { Kind, Token } from './tokens.ts';
import { NO_PRICE_WORDS, wordSet } from './vocabulary.ts';
import {
  isAction,
  isBoilerplate,
  isIndicatorName,
  isOnlyIndicatorWords,
  isProductName,
  isSignalWord,
  isTurkishCommand,
} from './words.ts';

/** Words that join phrases to symbols and prices, and belong to none. */
const EDGE = wordSet(
  'on at in for from en de del a em para of the by with from auf bei für sur pour à на по el la los las le les un una is are has have been was y und et e now just от desde por do da o que i al price precio con with com mit avec using usando via vía',
);
/** Before one of these, `close` is a candle's, no command. */
const OF_CANDLE = wordSet('bar candle daily weekly hourly on at confirmed vela cierre previous last');
/** What comes after one of these tells how, not what. */
const WITH = wordSet('con with com mit avec using usando via vía based');
/** What an indicator does, after its name. */
const VERBS = wordSet('has have ha han is flipped flips turned turns changed changes gira giró cambia cambió');
/** What belongs to the command after it, and not to the name before. */
const OPENING = wordSet('open enter go new abrir entrar');
/** What ends a sentence of an event, and no name. */
const HAPPENED = wordSet(
  'detected detectada detectado triggered activated activada activado generada generado gerado gerada confirmed update today',
);
/** Words that name an order, an account or a note, and no indicator. */
const OF_TRADE = wordSet(
  'order orden trade idea position posición account cuenta balance profit pnl reminder recordatorio note nota scalp swing grid dca intraday',
);
const MAX_WORDS = 14;

interface Phrase {
  readonly words: readonly Token[];
  /** The punctuation that ended it. */
  readonly ends: string;
  /** What comes after it in its run. */
  readonly next: Kind | 'end';
  readonly run: readonly Token[];
}

/** Claims of signals and indicators' names in the tokens of all runs of free text. */
export function readPhrases(runs: readonly (readonly Token[])[]): Claim[] {
  const phrases = runs
    .flatMap(phrasesOf)
    .filter((phrase) => !phrase.words.some((token) => token.raw.includes(GAP)) && !isNameOfReading(phrase));
  return phrases.flatMap((phrase, index) => {
    if (index === 0 && phrase.ends === ':' && isOnlyIndicatorWords(textOf(phrase.words))) return nameClaims(phrase);
    const action = phrase.words.findIndex((_, at) => isActionAt(phrase, at));
    if (action >= 0) return claimsOfAction(phrase, action);
    const event = phrase.words.findIndex((token) => token.word !== 'close' && token.word.split(' ').some(isSignalWord));
    if (event >= 0) return claimsOfEvent(phrase, event);
    return index === 0 && isNameBefore(phrase, runs.length) ? nameClaims(phrase) : [];
  });
}

/** `TP Distance: 1.4%`, `target 1.09`, `SL @`: a reading's name. */
const isNameOfReading = ({ words, ends, next }: Phrase) =>
  (ends === ':' && next === 'number') ||
  ((next === 'at' || words.some(({ kind }) => kind === 'number')) &&
    words.every(({ kind, word }) => kind === 'number' || NO_PRICE_WORDS.has(word)));

/** `EMA Cross BUY` → the name before the command is an indicator's; else the phrase is the signal, without a quantity. */
function claimsOfAction(phrase: Phrase, action: number): Claim[] {
  const from = pastBoilerplate(phrase, action);
  const command = OPENING.has(phrase.words[action - 1]?.word ?? '') ? action - 1 : action;
  const name = phrase.words.slice(from, command);
  const isNamed = name.length > 0 && isName(textOf(name)) && !isSignalWord(name[0]?.word ?? '');
  const last = phrase.words.findLastIndex((token) => token.kind !== 'number');
  const signal = claim('signal', 1, phrase.words.slice(isNamed ? command : from, last + 1));
  return isNamed ? [...claim('indicator', 1, name), ...signal] : signal;
}

/** `Bullish 3 Line Strike`; in `SuperTrend has changed direction` the name before the verb is an indicator's, too. */
function claimsOfEvent(phrase: Phrase, event: number): Claim[] {
  const last = phrase.words.findLastIndex(({ kind, raw }) => kind !== 'number' || /^\d{1,2}$/.test(raw));
  const signal = claim('signal', 2, phrase.words.slice(pastBoilerplate(phrase, event), last + 1));
  const verb = phrase.words.findIndex((token) => VERBS.has(token.word));
  const name = phrase.words.slice(0, Math.max(0, verb));
  return name.length > 0 && isName(textOf(name)) ? [...signal, ...claim('indicator', 2, name)] : signal;
}

const isName = (text: string) => isIndicatorName(text) || isProductName(text);

const nameClaims = ({ words }: Phrase) => claim('indicator', isIndicatorName(textOf(words)) ? 0 : 3, words);

function claim(role: ClaimRole, rank: number, words: readonly Token[]): Claim[] {
  const text = textOf(words);
  return text && words.length <= MAX_WORDS ? [{ role, rank: RANK.sentence + rank, text }] : [];
}

function textOf(words: readonly Token[]): string {
  const text = words.map((token) => token.raw).join(' ');
  return tidy(text.replace(/[)\].!?]+$/, (tail) => (tail.includes(']') ? ']' : '')));
}

function phrasesOf(run: readonly Token[]): Phrase[] {
  const phrases: Phrase[] = [];
  let words: Token[] = [];
  const close = (ends: string, next: Kind | 'end') => {
    const trimmed = withoutEdges(words);
    if (trimmed.some((token) => token.word)) phrases.push({ words: trimmed, ends, next, run });
    words = [];
  };
  run.forEach((token, at) => {
    if (token.kind !== 'word' && !(token.kind === 'number' && words.length > 0)) {
      close('', token.kind);
      return;
    }
    if (/^[([][^)\]]*$/.test(token.raw) || WITH.has(token.word)) close('', 'word');
    words.push(token);
    if (token.ends && !token.raw.startsWith('[')) close(token.ends, run[at + 1]?.kind ?? 'end');
  });
  close('', 'end');
  return phrases;
}

/** A phrase without joining words around it, emoji before it, or a number that is all of it. */
function withoutEdges(words: readonly Token[]): readonly Token[] {
  const isEdge = ({ word, raw }: Token) => EDGE.has(word) && !isTurkishCommand(raw);
  const from = words.findIndex((token) => token.kind === 'word' && token.word && !isEdge(token));
  const to = words.findLastIndex((token) => !isEdge(token));
  const trimmed = from < 0 ? [] : words.slice(from, to + 1);
  return trimmed.some((token) => token.kind === 'word' && token.word) ? trimmed : [];
}

function isActionAt({ words, next }: Phrase, at: number): boolean {
  const word = words[at]?.word ?? '';
  if (isTurkishCommand(words[at]?.raw ?? '')) return true;
  if (!word.split(' ').some(isAction)) return false;
  if (!/^(?:close|closed|cierre)$/.test(word)) return true;
  if (next === 'number' || next === 'price') return at < words.length - 1;
  return !OF_CANDLE.has(words[at - 1]?.word ?? '');
}

function pastBoilerplate({ words }: Phrase, before: number): number {
  const first = words.findIndex(({ word }, at) => at >= before || (word && !isBoilerplate(word) && !EDGE.has(word)));
  return Math.max(0, first);
}

const countOf = (tokens: readonly Token[]) => tokens.filter(({ word }) => word).length;

/** `ULTRON: buy …`, `SMC Pro | BTCUSDT`, `MACD BINANCE:BTCUSDT …`: a name in front of what happened. */
function isNameBefore(phrase: Phrase, runs: number): boolean {
  const name = textOf(phrase.words);
  const words = fold(name).split(' ');
  if (words.length > 6 || words.every(isBoilerplate) || readTimestamp(name, true) || readTimeframe(name)) return false;
  if (HAPPENED.has(words.at(-1) ?? '')) return false;
  if (words.some((word) => OF_TRADE.has(word) || /\d{4}/.test(word))) return false;
  if (phrase.ends === ':') return /\p{Lu}|_/u.test(name) && phrase.run.some(({ word }) => isSignalWord(word));
  if (phrase.next === 'symbol') return isOnlyIndicatorWords(name);
  const isWholeRun = countOf(phrase.words) === countOf(phrase.run);
  return isWholeRun && runs > 1 && isIndicatorName(name);
}
