/**
 * CSV as RFC 4180 has it: commas, CRLF behind every record, and quotes around a cell that holds what would end it.
 * Behind a byte order mark, without which Excel takes UTF-8 for the machine's old code page.
 */

export const BYTE_ORDER_MARK = '\ufeff';

/** One record with its line's end. */
export function csvRecord(cells: readonly string[]): string {
  return `${cells.map(quoted).join(',')}\r\n`;
}

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

/** Full-width and small signs count: spreadsheets of some languages take them for the plain ones. */
const FORMULA = /^[\s\p{C}]*[=+\-@＝＋－＠﹦﹢﹣﹫]|^[\t\r\n]/u;
const PLAIN_NUMBER = /^-?\d+(\.\d+)?$/;

/**
 * A cell that a spreadsheet would run as a formula gets an apostrophe in front, which makes it text
 * (https://owasp.org/www-community/attacks/CSV_Injection). A negative number stays a number.
 */
export function defused(cell: string): string {
  return FORMULA.test(cell) && !PLAIN_NUMBER.test(cell) ? `'${cell}` : cell;
}
