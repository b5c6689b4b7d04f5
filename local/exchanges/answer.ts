/** What the servers of both exchanges share: an answer, and reading a query. */

export interface Answer {
  status: number;
  body: unknown;
}

/** A whole number that is not negative, `undefined` where there is none, `null` where it is something else. */
export function wholeNumber(text: string | null): number | null | undefined {
  if (text === null || text === '') return undefined;
  return /^\d{1,15}$/.test(text) ? Number(text) : null;
}

/** Without zeros at the end: `67890.50` is `67890.5`. */
export function trimmed(decimal: string): string {
  return decimal.includes('.') ? decimal.replace(/\.?0+$/, '') : decimal;
}

/** With at least `decimals` of them: `67890.5` is `67890.50000000`. */
export function padded(decimal: string, decimals: number): string {
  const [whole = '0', fraction = ''] = decimal.split('.');
  return `${whole}.${fraction.padEnd(decimals, '0')}`;
}
