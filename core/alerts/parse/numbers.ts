/** Prices: from the ways people write them to one exact decimal in plain notation. */

const CURRENCY = /^(?:US\$|R\$|A\$|C\$|[$€£¥₿₹₺₽₩₫₴฿]|(?:USDT|USDC|USD|EUR|GBP|BTC|Rs\.?)(?![A-Za-z]))\s?/i;
const NUMBER =
  /^(\d{1,3}(?:[ ']\d{3}){1,4}(?:[.,]\d{1,18})?(?!\d)|\d[\d.,]{0,39}|\.\d{1,30})(?:[eE]([-+]?\d{1,2})(?!\d))?/;
/** What may follow a price directly; anything else glued to the digits makes them something else (`15m`, `10x`, `2R`). */
const AFTER =
  /^(?:$|[\s,;:!?)\]}|"'…/*]|\.(?!\d)|[$€£¥₿₹₺₽₩₫₴฿]|(?:USDT|USDC|USD|EUR|GBP|BTC|ETH|TRY|BRL)(?![A-Za-z]))/i;
const NOT_A_PRICE_AFTER =
  /^\s{0,2}(?:%|:\d|[-–—~/]\s{0,2}[$€]?\d|(?:to|a|bis)\s[$€]?\d|(?:x|min(?:ute|uto)?s?|m|h|hrs?|hours?|horas?|d|days?|d[ií]as?|bars?|candles?|velas?|pips?|puntos|points?|ticks?|lots?|lotes?|contracts?|contratos?|shares?|acciones|periods?|periodos)(?![\p{L}\p{N}]))/iu;

const grouped = (digits: string, mark: string) => {
  const [head = '', ...groups] = digits.split(mark);
  const last = groups.at(-1) ?? '';
  return (
    head.length >= 1 && head.length <= 3 && last.length === 3 && groups.every((g) => g.length === 3 || g.length === 2)
  );
};

/**
 * Digits with their separators → `[whole, fraction]`, null where no rule fits. With both marks the later one is the decimal
 * mark. A mark that repeats separates thousands. A single point is always decimal, because TradingView's own values write
 * it so. A single comma before exactly three digits separates thousands (`1,234` is 1234, `0,523` is a fraction) unless
 * `commaIsDecimal`, any other single comma is decimal.
 */
function splitDecimal(written: string, commaIsDecimal: boolean): [string, string] | null {
  const digits = written.replace(/[ ']/g, '').replace(/[.,]+$/, '');
  const points = digits.split('.').length - 1;
  const commas = digits.split(',').length - 1;
  const parts = (text: string, mark: string): [string, string] => {
    const at = text.lastIndexOf(mark);
    return [text.slice(0, at), text.slice(at + 1)];
  };
  if (points === 0 && commas === 0) return [digits, ''];
  if (points > 0 && commas > 0) {
    const decimal = digits.lastIndexOf('.') > digits.lastIndexOf(',') ? '.' : ',';
    const thousands = decimal === '.' ? ',' : '.';
    const [whole, fraction] = parts(digits, decimal);
    if (whole.includes(decimal) || !grouped(whole, thousands)) return null;
    return [whole.replaceAll(thousands, ''), fraction];
  }
  const mark = points > 0 ? '.' : ',';
  if (points + commas > 1) return grouped(digits, mark) ? [digits.replaceAll(mark, ''), ''] : null;
  const [whole, fraction] = parts(digits, mark);
  const thousands = mark === ',' && !commaIsDecimal && fraction.length === 3 && /^[1-9]\d{0,2}$/.test(whole);
  return thousands ? [whole + fraction, ''] : [whole, fraction];
}

/** Moves the point by `exponent` places, on the digits alone. */
function shift([whole, fraction]: [string, string], exponent: number): [string, string] {
  if (exponent === 0) return [whole, fraction];
  const digits = whole + fraction;
  const point = whole.length + exponent;
  if (point <= 0) return ['0', '0'.repeat(-point) + digits];
  if (point >= digits.length) return [digits + '0'.repeat(point - digits.length), ''];
  return [digits.slice(0, point), digits.slice(point)];
}

/**
 * The price at the start of `text` as an exact decimal in plain notation (`$67,890.50` → `67890.50`, `1.182e-05` →
 * `0.00001182`), null when there is none: a percentage, a multiple, a range, a duration, a time or a count is no price.
 */
export function readPrice(text: string, commaIsDecimal = false): string | null {
  let rest = text.trim().replace(/^[=:~≈]\s{0,2}/, '');
  let sign = '';
  for (let i = 0; i < 3; i++) {
    rest = rest.replace(CURRENCY, '');
    const first = rest[0];
    if (first !== '-' && first !== '+') continue;
    if (first === '-') sign = '-';
    rest = rest.slice(1).trimStart();
  }
  const found = NUMBER.exec(rest);
  if (!found?.[1]) return null;
  const written = found[2] === undefined ? found[1].replace(/[.,]+$/, '') : found[1];
  const after = rest.slice(found[2] === undefined ? written.length : found[0].length, written.length + 48);
  if (!AFTER.test(after) || NOT_A_PRICE_AFTER.test(after)) return null;
  const split = splitDecimal(written, commaIsDecimal);
  if (!split) return null;
  const [whole, fraction] = shift(split, Number(found[2] ?? 0));
  const head = whole.replace(/^0+(?=\d)/, '') || '0';
  const plain = fraction ? `${head}.${fraction}` : head;
  if (plain.length > 64) return null;
  return /[1-9]/.test(plain) ? sign + plain : plain;
}

const DECIMAL_COMMA = /(?<![\d.,])\d{1,3}(?:\.\d{3}){0,4},\d{1,2}(?![\d.,]|\s?%)/;
const DECIMAL_POINT = /\d\.(?:\d{1,2}|\d{4,12})(?!\d)/;

/** Whether the other numbers of a message show that its author writes decimal commas: `Prezzo: 14,312 Stop: 13,90`. */
export const writesDecimalCommas = (message: string): boolean =>
  DECIMAL_COMMA.test(message) && !DECIMAL_POINT.test(message);

/** How many digits of a written number say something: `49500` has 3, `1.0800` has 5, `0.001` has 1. */
export function significantDigits(price: string): number {
  const digits = price.includes('.') ? price.replace(/[-.]/g, '') : price.replace(/0+$/, '').replace('-', '');
  return digits.replace(/^0+/, '').length;
}
