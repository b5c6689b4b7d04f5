/**
 * Levels of a book as numbers, three each by turns: the price, the quantity, and with how many decimals both were written.
 * A decimal of up to 15 digits, zeros at its end left out, is one JavaScript number and no other is: with the count of its
 * decimals it gives back its text. So a book of levels takes no text, and its prices are compared as they are.
 */

export type Level = [price: string, quantity: string];
/** `[price, quantity, decimals, price, …]` */
export type Levels = readonly number[];

/** Numbers of a level. */
export const WIDTH = 3;
/** Decimals beyond these are not read. */
export const MOST_DECIMALS = 31;
/** Whole numbers of 15 digits are below it. */
export const MOST_DIGITS = 1e15;

const DECIMAL = /^(\d+)(?:\.(\d*?)(0*))?$/;

/** Both counts as one number. */
export const decimalsOf = (ofPrice: number, ofQuantity: number) => ofPrice * (MOST_DECIMALS + 1) + ofQuantity;

/** @throws RangeError where a number can't hold one of the decimals, or it is none */
export function levelsOf(texts: readonly (readonly [price: string, quantity: string])[]): number[] {
  return texts.flatMap(([price, quantity]) => [
    numberOf(price),
    numberOf(quantity),
    decimalsOf(countDecimals(price), countDecimals(quantity)),
  ]);
}

/** As it was written. */
export function levelOf(price: number, quantity: number, decimals: number): Level {
  const ofQuantity = decimals % (MOST_DECIMALS + 1);
  return [textOf(price, (decimals - ofQuantity) / (MOST_DECIMALS + 1)), textOf(quantity, ofQuantity)];
}

function numberOf(text: string): number {
  const [, whole = '', fraction = ''] = DECIMAL.exec(text) ?? [];
  if (whole === '' || countDecimals(text) > MOST_DECIMALS || Number(whole + fraction) >= MOST_DIGITS) {
    throw new RangeError(`${text} has more digits than a book's levels may have`);
  }
  return Number(text);
}

function countDecimals(text: string): number {
  const point = text.indexOf('.');
  return point < 0 ? 0 : text.length - point - 1;
}

function textOf(value: number, decimals: number): string {
  // Beyond 15 digits there are only zeros.
  let sure = decimals;
  while (sure > 0 && value * 10 ** sure >= MOST_DIGITS) sure -= 1;
  const text = value.toFixed(sure);
  if (sure === decimals) return text;
  return `${text}${sure === 0 ? '.' : ''}${'0'.repeat(decimals - sure)}`;
}
