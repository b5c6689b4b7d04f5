/** Decimals as whole numbers of a unit that many of them share, in a way that gives back their very text. */

export interface DecimalScale {
  /** The unit is one at this decimal place. */
  places: number;
  /** How many decimals each text has, as Binance writes them; null where none ends in a zero, as with Bybit. */
  written: number | null;
}

const ZERO = 48;
/** Digits that a JavaScript number holds exactly. */
const SAFE_DIGITS = 15;

/** The coarsest scale that all the texts fit, but for those of which `unitsOf` says that they don't. */
export function scaleOf(texts: Iterable<string>): DecimalScale {
  let places = 0;
  let written: number | null | undefined;
  for (const text of texts) {
    const decimals = decimalsOf(text);
    if (written === undefined) written = decimals;
    else if (written !== decimals) written = null;
    let zeros = 0;
    while (zeros < decimals && text.charCodeAt(text.length - 1 - zeros) === ZERO) zeros += 1;
    places = Math.max(places, decimals - zeros);
  }
  return { places, written: written ?? null };
}

/** How many units a text says; undefined where `textOf` would not give back the same text. */
export function unitsOf(scale: DecimalScale, text: string): number | undefined {
  const decimals = decimalsOf(text);
  const point = decimals === 0 ? text.length : text.length - decimals - 1;
  const end = point + scale.places;
  if (end > SAFE_DIGITS || !isWrittenSo(scale, text, point, decimals)) return undefined;
  let units = 0;
  for (let i = 0; i < text.length; i += 1) {
    if (i === point) continue;
    const digit = text.charCodeAt(i) - ZERO;
    if (!(digit >= 0 && digit <= 9) || (i > end && digit > 0)) return undefined;
    if (i <= end) units = units * 10 + digit;
  }
  return units * 10 ** Math.max(0, scale.places - decimals);
}

function isWrittenSo({ places, written }: DecimalScale, text: string, point: number, decimals: number): boolean {
  if (point === 0 || (point > 1 && text.charCodeAt(0) === ZERO)) return false;
  if (written !== null) return decimals === written;
  return decimals <= places && (decimals === 0 || text.charCodeAt(text.length - 1) !== ZERO);
}

export function textOf({ places, written }: DecimalScale, units: number): string {
  const digits = String(units).padStart(places + 1, '0');
  const whole = digits.slice(0, digits.length - places);
  const counted = digits.slice(digits.length - places);
  const fraction = written === null ? counted.replace(/0+$/, '') : counted.padEnd(written, '0');
  return fraction === '' ? whole : `${whole}.${fraction}`;
}

function decimalsOf(text: string): number {
  const point = text.indexOf('.');
  return point < 0 ? 0 : text.length - point - 1;
}
