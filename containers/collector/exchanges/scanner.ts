/**
 * Reads a message of known order of keys from its bytes, without making text of it or parsing it as JSON. Whatever is not
 * exactly as expected ends in `failed`, and the caller parses the message the usual way.
 */

import { decimalsOf, MOST_DECIMALS, MOST_DIGITS } from '../book/levels.ts';
import { LATEST } from './json.ts';

const ZERO = 48;
const NINE = 57;
const POINT = 46;
const QUOTE = 34;
const COMMA = 44;
const OPENING = 91;
const CLOSING = 93;
/** Digits that a JavaScript number holds for sure. */
const SAFE_DIGITS = 15;
const POWERS_OF_TEN = Array.from({ length: MOST_DECIMALS + 1 }, (_, power) => 10 ** power);
/** The largest that is exact. */
const EXACT_POWER = 22;

/** By byte, 1 for what a name is made of. */
const NAME = new Uint8Array(256);
for (const character of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.@-') {
  NAME[character.charCodeAt(0)] = 1;
}
/** Names that are remembered, since they come again and again. A power of two. */
const REMEMBERED = 1024;

export class Scanner {
  failed = false;
  /** Of the last number. */
  #decimals = 0;
  #data: Buffer = Buffer.alloc(0);
  #at = 0;
  /** The last name of each sum of bytes. */
  readonly #names: string[] = Array(REMEMBERED).fill('');

  begin(data: Buffer): void {
    this.#data = data;
    this.#at = 0;
    this.failed = false;
  }

  /** Takes `expected` or fails. */
  literal(expected: string): void {
    if (!this.takes(expected)) this.failed = true;
  }

  /** Whether `expected` comes next; it is taken then. */
  takes(expected: string): boolean {
    if (!this.#has(expected, this.#at)) return false;
    this.#at += expected.length;
    return true;
  }

  /** Letters, digits and `.`, `@`, `_`, `-` up to the quote, which is taken as well. */
  name(): string {
    const data = this.#data;
    const start = this.#at;
    let at = start;
    let sum = 0;
    let code = data[at] ?? 0;
    while (NAME[code] === 1) {
      sum = (Math.imul(sum, 31) + code) | 0;
      at += 1;
      code = data[at] ?? 0;
    }
    if (at === start || code !== QUOTE) this.failed = true;
    this.#at = at + 1;
    const place = sum & (REMEMBERED - 1);
    const known = this.#names[place] ?? '';
    if (known.length === at - start && this.#has(known, start)) return known;
    const text = data.toString('latin1', start, at);
    this.#names[place] = text;
    return text;
  }

  /** The name that is expected, and the quote after it. */
  sameName(expected: string): void {
    this.literal(expected);
    this.#byte(QUOTE);
  }

  /** A decimal (`12`, `12.50`) up to the quote, which is taken as well. */
  decimal(): string {
    const data = this.#data;
    const start = this.#at;
    let at = start;
    let points = 0;
    let code = data[at] ?? 0;
    while ((code >= ZERO && code <= NINE) || code === POINT) {
      if (code === POINT) points += 1;
      at += 1;
      code = data[at] ?? 0;
    }
    const lacksDigits = at === start || data[start] === POINT || data[at - 1] === POINT;
    if (code !== QUOTE || points > 1 || lacksDigits) this.failed = true;
    this.#at = at + 1;
    return data.toString('latin1', start, at);
  }

  /** The digits of a whole number that is not negative, of any length, as JSON writes it. */
  digits(): string {
    const start = this.#at;
    this.#passDigits();
    return this.#data.toString('latin1', start, this.#at);
  }

  /** As `digits`, of at most 15 digits. */
  integer(): number {
    const start = this.#at;
    const value = this.#passDigits();
    if (this.#at - start > SAFE_DIGITS) this.failed = true;
    return value;
  }

  /** Epoch milliseconds. */
  time(): number {
    const value = this.integer();
    if (value > LATEST) this.failed = true;
    return value;
  }

  /** `[["1.5","2"],["1.4","0"]]`, as `levelsOf` gives them. */
  levels(): number[] {
    const found: number[] = [];
    this.#byte(OPENING);
    if (this.takes(']')) return found;
    let next: number;
    do {
      this.#byte(OPENING);
      this.#byte(QUOTE);
      const price = this.#number();
      const ofPrice = this.#decimals;
      this.#byte(COMMA);
      this.#byte(QUOTE);
      const quantity = this.#number();
      found.push(price, quantity, decimalsOf(ofPrice, this.#decimals));
      this.#byte(CLOSING);
      next = this.#data[this.#at] ?? 0;
      this.#at += 1;
    } while (!this.failed && next === COMMA);
    if (next !== CLOSING) this.failed = true;
    return found;
  }

  /** Nothing may follow. */
  end(): void {
    if (this.#at !== this.#data.length) this.failed = true;
  }

  #has(expected: string, at: number): boolean {
    const data = this.#data;
    for (let i = 0; i < expected.length; i += 1) if (data[at + i] !== expected.charCodeAt(i)) return false;
    return true;
  }

  #byte(expected: number): void {
    if (this.#data[this.#at] !== expected) this.failed = true;
    this.#at += 1;
  }

  #passDigits(): number {
    const data = this.#data;
    const start = this.#at;
    let at = start;
    let value = 0;
    let code = data[at] ?? 0;
    while (code >= ZERO && code <= NINE) {
      value = value * 10 + (code - ZERO);
      at += 1;
      code = data[at] ?? 0;
    }
    if (at === start || (at - start > 1 && data[start] === ZERO)) this.failed = true;
    this.#at = at;
    return value;
  }

  /** A decimal as a number, up to the quote, which is taken as well. */
  #number(): number {
    const data = this.#data;
    const start = this.#at;
    let at = start;
    let digits = 0;
    let code = data[at] ?? 0;
    while (code >= ZERO && code <= NINE) {
      digits = digits * 10 + (code - ZERO);
      at += 1;
      code = data[at] ?? 0;
    }
    if (at === start) this.failed = true;
    this.#at = at;
    this.#decimals = 0;
    const value = code === POINT ? this.#fraction(digits) : digits;
    if (data[this.#at] !== QUOTE || !(value < MOST_DIGITS)) this.failed = true;
    this.#at += 1;
    return value;
  }

  /**
   * The rest of a decimal from its point on. Where both the whole number of all its digits and the power of ten that
   * divides it are exact, so is what comes out, as `Number` would make it of the text.
   */
  #fraction(whole: number): number {
    const data = this.#data;
    const start = this.#at + 1;
    let at = start;
    let digits = whole;
    let power = 0;
    // Zeros count where another digit follows.
    let zeros = 0;
    for (let code = data[at] ?? 0; code >= ZERO && code <= NINE; code = data[at] ?? 0) {
      if (code === ZERO) {
        zeros += 1;
      } else {
        digits = digits * (POWERS_OF_TEN[zeros + 1] ?? Number.NaN) + (code - ZERO);
        power += zeros + 1;
        zeros = 0;
      }
      at += 1;
    }
    this.#at = at;
    this.#decimals = at - start;
    const isExact = digits < MOST_DIGITS && power <= EXACT_POWER;
    if (at === start || this.#decimals > MOST_DECIMALS || !isExact) this.failed = true;
    return power === 0 ? digits : digits / (POWERS_OF_TEN[power] ?? 1);
  }
}
