/**
 * DynamoDB's values as they go over the wire, their equality and their size.
 * Numbers are strings in plain notation without needless zeros, as the request checks leave them.
 */

export type AttributeValue =
  | { S: string }
  | { N: string }
  | { B: string }
  | { BOOL: boolean }
  | { NULL: boolean }
  | { SS: string[] }
  | { NS: string[] }
  | { BS: string[] }
  | { L: AttributeValue[] }
  | { M: Item };

export type Item = Record<string, AttributeValue>;

/** The largest item: names and values together. */
export const MAX_ITEM_BYTES = 400 * 1024;

export function typeOf(value: AttributeValue): string {
  return Object.keys(value)[0] ?? '';
}

/** The members of a set of strings, numbers or binaries; undefined for any other value. */
export function setMembers(value: AttributeValue): string[] | undefined {
  if ('SS' in value) return value.SS;
  if ('NS' in value) return value.NS;
  if ('BS' in value) return value.BS;
  return undefined;
}

/** The text of a string, number or binary; undefined for any other value. */
export function scalarText(value: AttributeValue): string | undefined {
  if ('S' in value) return value.S;
  if ('N' in value) return value.N;
  if ('B' in value) return value.B;
  return undefined;
}

/** Equality as DynamoDB sees it: neither a set's nor a map's order matters. */
export function sameValue(a: AttributeValue, b: AttributeValue): boolean {
  if (typeOf(a) !== typeOf(b)) return false;
  if ('L' in a && 'L' in b) {
    return a.L.length === b.L.length && a.L.every((value, i) => sameOptional(value, b.L[i]));
  }
  if ('M' in a && 'M' in b) return sameItem(a.M, b.M);
  const members = setMembers(a);
  if (members) {
    const others = new Set(setMembers(b));
    return members.length === others.size && members.every((member) => others.has(member));
  }
  if ('BOOL' in a && 'BOOL' in b) return a.BOOL === b.BOOL;
  return scalarText(a) === scalarText(b);
}

function sameOptional(a: AttributeValue | undefined, b: AttributeValue | undefined): boolean {
  return a && b ? sameValue(a, b) : a === b;
}

export function sameItem(a: Item | undefined, b: Item | undefined): boolean {
  if (!a || !b) return a === b;
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => sameOptional(a[name], b[name]));
}

/**
 * Bytes of an item by AWS's rules ("DynamoDB item sizes and formats"): UTF-8 names and strings, raw binary, a number one
 * byte per two significant digits and one more, 1 for booleans and null, 3 for a list or map and 1 for each element.
 */
export function itemSize(item: Item): number {
  let size = 0;
  for (const [name, value] of Object.entries(item)) size += Buffer.byteLength(name) + valueSize(value);
  return size;
}

function valueSize(value: AttributeValue): number {
  if ('S' in value) return Buffer.byteLength(value.S);
  if ('N' in value) return numberSize(value.N);
  if ('B' in value) return Buffer.byteLength(value.B, 'base64');
  if ('SS' in value) return total(value.SS, Buffer.byteLength);
  if ('NS' in value) return total(value.NS, numberSize);
  if ('BS' in value) return total(value.BS, (member) => Buffer.byteLength(member, 'base64'));
  if ('L' in value) return 3 + total(value.L, (element) => 1 + valueSize(element));
  if ('M' in value) return 3 + Object.keys(value.M).length + itemSize(value.M);
  return 1;
}

function numberSize(number: string): number {
  const digits = number.replace(/[-.]/g, '').replace(/^0+/, '').replace(/0+$/, '').length;
  return Math.ceil(digits / 2) + 1;
}

function total<T>(members: T[], size: (member: T) => number): number {
  return members.reduce((sum, member) => sum + size(member), 0);
}
