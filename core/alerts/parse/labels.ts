/** Lines of text: labels with their values (`Precio: $67,890.50`, `SYMBOL=BTCUSDT;`, `Price 12 SL 10`) and what is left. */
import { type Claim, type ClaimRole, RANK } from './claims.ts';
import { readPrice } from './numbers.ts';
import { readStockSymbol, readStrongSymbol } from './symbols.ts';
import { fold, tidy } from './text.ts';
import { type LabelMeaning, meaningsOf } from './vocabulary.ts';
import { WELL_KNOWN } from './well-known.ts';
import { hasSignalWord, isAction, isActionCode, isIndicatorName } from './words.ts';

export interface LineParts {
  readonly claims: readonly Claim[];
  /** Runs of text that no label holds, in order. */
  readonly free: readonly string[];
  /** The meanings of a label at the line's end that still waits for its value. */
  readonly waiting: readonly LabelMeaning[];
}

interface Mark {
  readonly start: number;
  /** The label as written. */
  readonly label: string;
  readonly valueAt: number;
  readonly meanings: readonly LabelMeaning[];
}

const TRUTHY = /^(?:1|true|yes|s[ií]|✅|✓|✔)$/i;
const FLAG = /^([^\s:=]{1,40}(?: [^\s:=]{1,40}){0,3})\s?[:=]\s{0,3}(\S{1,5})\s*$/;
/** What is true of a finished candle, and no signal. */
const STATE_OF_CANDLE = /^(?:is|bar|candle)?\s?(?:closed?|confirmed)$/i;
const MAX_LABEL_WORDS = 4;

/** The claims that a value makes under what its label means. A value that a role needs a word for makes none without it. */
export function claimsOf(meanings: readonly LabelMeaning[], value: string): Claim[] {
  return meanings.flatMap(({ role, rank }): Claim[] => {
    const claim = (as: ClaimRole, add = 0): Claim => ({ role: as, rank: RANK.labelled + rank + add, text: value });
    switch (role) {
      case 'hint':
        return isShortSignal(value) ? [claim('signal', 6)] : [];
      case 'direction':
        return [claim('direction'), claim('signal', 4)];
      case 'position':
        return [claim('position'), claim('signal', RANK.standIn)];
      case 'name':
        return isIndicatorName(value) && !readStrongSymbol(value) ? [claim('indicator')] : [];
      case 'message':
      case 'other':
        return [];
      default:
        return [claim(role)];
    }
  });
}

/** A phrase with a signal's word and no symbol in it: one with a symbol is a sentence, and read as such. */
function isShortSignal(value: string): boolean {
  if (value.length > 80 || !hasSignalWord(value)) return false;
  const isProse = /\p{Ll}{3}/u.test(value);
  return !value.split(' ').some((token) => readStrongSymbol(token) || (isProse && readStockSymbol(token)));
}

/** A flag that is up: `Bullish : 1`, `"long": true` claims its own name as the signal. */
export function claimOfFlag(label: string, value: string): Claim[] {
  const name = tidy(label);
  if (STATE_OF_CANDLE.test(name.replaceAll('_', ' '))) return [];
  return TRUTHY.test(value.trim()) && value.trim().length <= 4 && hasSignalWord(name) && name.split(' ').length <= 4
    ? [{ role: 'signal', rank: RANK.standIn + 2, text: name }]
    : [];
}

/**
 * What is left to read of a label's value as free text: a sentence under a label of texts or signals, and what a price's
 * label has instead of a price, together with the label where that says what to do (`LONG ENTRY: NQ1!`).
 */
function freeTextOf({ label, meanings }: Mark, value: string): string[] {
  if (meanings[0]?.role === 'price') {
    if (readPrice(value) !== null) return [];
    return [fold(label).split(' ').some(isAction) ? `${label}: ${value}` : value];
  }
  return meanings.some(({ role }) => role === 'message' || role === 'hint' || role === 'signal') ? [value] : [];
}

function marksOf(text: string): Mark[] {
  const marks: Mark[] = [];
  const separator = /[:=]/g;
  for (let found = separator.exec(text); found && marks.length < 40; found = separator.exec(text)) {
    const at = found.index;
    const from = marks.at(-1)?.valueAt ?? 0;
    const mark = markAt(text, from, at);
    if (mark) marks.push(mark);
  }
  return marks;
}

/** The label that ends at the separator `at`; none where what stands there means nothing, or is `EXCHANGE:SYMBOL`. */
function markAt(text: string, from: number, at: number): Mark | null {
  const token = /[^\s,(|]{1,40}$/.exec(text.slice(Math.max(from, at - 40), at))?.[0] ?? '';
  const after = /^[^\s,)|;]{1,60}/.exec(text.slice(at + 1, at + 61))?.[0] ?? '';
  if (text[at] === ':' && after && readStrongSymbol(`${token}:${after}`)) return null;
  const before = text.slice(Math.max(from, at - 60), at).replace(/["'\s)\]]+$/, '');
  const label = (/[^,(){}[\]"'|@.!?]{0,60}$/u.exec(before)?.[0] ?? '').replace(/^.*\s[-–—→]+\s/u, '');
  const base = Math.max(from, at - 60) + (before.length - label.length);
  // Behind an earlier label, its value must stay: `Signal: BUY Price: 12` has no label `BUY Price`.
  const found = labelIn(label, from > 0 && base === from, base === 0 || from === 0);
  return found && { start: base + found.start, label: found.label, valueAt: at + 1, meanings: found.meanings };
}

/** The whole of a text that is a label, else the most words at its end that are one. */
function labelIn(text: string, isAfterLabel: boolean, mayBeWhole: boolean): Omit<Mark, 'valueAt'> | null {
  const words = [...text.matchAll(/[^\s]+/g)].filter((word) => /[\p{L}\p{N}]/u.test(word[0]));
  const isLabel = words.length <= 5 && !words.slice(0, -1).some(([word]) => isSymbol(word));
  const whole = isLabel && mayBeWhole ? meaningsOf(text) : [];
  if (whole.length > 0 && words[0]) return { start: words[0].index, label: text.trim(), meanings: whole };
  const most = Math.min(MAX_LABEL_WORDS, isAfterLabel ? words.length - 1 : words.length);
  for (const { index } of words.slice(words.length - most)) {
    const label = text.slice(index);
    const meanings = meaningsOf(label, [], false);
    if (meanings[0]?.role === 'signal' && hasSignalWord(text.slice(0, index))) return null;
    if (meanings.length > 0) return { start: index, label, meanings };
  }
  return null;
}

/** A word that stays out of the label after it: `EURUSD current price: 1.08`. */
const isSymbol = (word: string) => readStrongSymbol(word) !== null || WELL_KNOWN.has(word);

/** `a=1&b=2`, `a=1 b=2` and comma-separated columns as parts of their own; else those between `|`, `;` and bullets. */
function partsOf(line: string): string[] {
  if (/^\??[\w.]{1,40}=[^&\s]{0,200}&[\w.]{1,40}=/.test(line)) return line.replace(/^\?/, '').split('&');
  if (/(?:^|\s)\w{1,20}=\S{1,80}\s{1,4}\w{1,20}=\S/.test(line)) return line.split(/[|;]|[,\s]+(?=\w{1,20}=\S)/);
  const columns = line.split(',');
  const isTable =
    columns.length >= 3 &&
    columns.every((column) => column.trim().split(' ').length <= 3) &&
    columns.some((column) => isActionCode(column)) &&
    !/,\s/.test(line.replace(/,\s{0,3}(?=\w{1,12}=)/g, ','));
  return isTable ? columns.map(tidy) : line.split(/[|;•·¦│┃]+/);
}

/** Splits one line into labelled values and free text. */
export function readLine(line: string): LineParts {
  const claims: Claim[] = [];
  const free: string[] = [];
  let waiting: readonly LabelMeaning[] = [];
  for (const part of partsOf(line)) {
    const marks = marksOf(part);
    waiting = [];
    const head = part.slice(0, marks[0]?.start ?? part.length).trim();
    const flag = marks.length === 0 ? FLAG.exec(head) : null;
    const flagged = flag?.[1] && flag[2] ? claimOfFlag(flag[1], flag[2]) : [];
    claims.push(...flagged);
    if (head && !(flag?.[2] && /^[\d.]+$|^(?:true|false|yes|no)$/i.test(flag[2]))) free.push(head);
    marks.forEach((mark, index) => {
      const value = tidy(part.slice(mark.valueAt, marks[index + 1]?.start ?? part.length));
      if (!value) waiting = mark.meanings;
      claims.push(...(value ? claimsOf(mark.meanings, value) : []));
      free.push(...(value ? freeTextOf(mark, value) : []));
    });
  }
  return { claims, free, waiting };
}
