/** Exact decimals, as exchanges write them: not negative, without an exponent. */

import { Big } from 'big.js';

const ZERO = 48;
const POINT = 46;
/** What a JavaScript number holds exactly, with room for one more digit of a sum. */
const SAFE_DIGITS = 15;

/** Negative where `a` is less. Numbers decide unless they are too near each other to tell. */
export function compareDecimals(a: string, b: string): number {
  const difference = Number(a) - Number(b);
  if (difference !== 0 || a === b) return difference;
  return new Big(a).cmp(b);
}

/** A sum without rounding. It counts in units of the smallest decimal place that it has met. */
export class DecimalSum {
  #decimals = 0;
  #units = 0;
  /** What no longer fits into a number, in the same units. */
  #more = 0n;

  add(decimal: string): void {
    const point = decimal.indexOf('.');
    const decimals = point < 0 ? 0 : decimal.length - point - 1;
    if (decimals > this.#decimals) this.#rescale(decimals);
    const missing = this.#decimals - decimals;
    if (decimal.length + missing <= SAFE_DIGITS) {
      this.#units += digitsOf(decimal) * 10 ** missing;
    } else {
      this.#more += BigInt(decimal.replace('.', '')) * 10n ** BigInt(missing);
    }
    if (this.#units > Number.MAX_SAFE_INTEGER / 2) this.#carry();
  }

  /** Without zeros at the end. */
  toString(): string {
    const total = String(this.#more + BigInt(this.#units)).padStart(this.#decimals + 1, '0');
    if (this.#decimals === 0) return total;
    const whole = total.slice(0, -this.#decimals);
    const fraction = total.slice(-this.#decimals).replace(/0+$/, '');
    return fraction === '' ? whole : `${whole}.${fraction}`;
  }

  #rescale(decimals: number): void {
    this.#carry();
    this.#more *= 10n ** BigInt(decimals - this.#decimals);
    this.#decimals = decimals;
  }

  #carry(): void {
    this.#more += BigInt(this.#units);
    this.#units = 0;
  }
}

function digitsOf(decimal: string): number {
  let digits = 0;
  for (let i = 0; i < decimal.length; i += 1) {
    const code = decimal.charCodeAt(i);
    if (code !== POINT) digits = digits * 10 + (code - ZERO);
  }
  return digits;
}
