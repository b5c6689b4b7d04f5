export interface ListingRequest {
  prefix: string;
  /** Empty: none. */
  delimiter: string;
  /** Key or common prefix at which the page before ended. */
  after: string;
  maxKeys: number;
}

export interface Listing<T> {
  contents: T[];
  commonPrefixes: string[];
  /** Where the next page starts; undefined at the end. */
  next: string | undefined;
}

/**
 * One page of a bucket's listing.
 * @param objects in the order of their keys' UTF-8 bytes, those with the prefix, from `after` on
 */
export function listPage<T extends { key: string }>(objects: Iterable<T>, request: ListingRequest): Listing<T> {
  const contents: T[] = [];
  const commonPrefixes: string[] = [];
  let last = request.after;
  for (const object of objects) {
    const group = commonPrefix(object.key, request);
    const place = group ?? object.key;
    if (place === last) continue;
    if (contents.length + commonPrefixes.length === request.maxKeys) {
      return { contents, commonPrefixes, next: request.maxKeys === 0 ? undefined : last };
    }
    if (group === undefined) contents.push(object);
    else commonPrefixes.push(group);
    last = place;
  }
  return { contents, commonPrefixes, next: undefined };
}

function commonPrefix(key: string, { prefix, delimiter }: ListingRequest): string | undefined {
  if (delimiter === '') return undefined;
  const at = key.indexOf(delimiter, prefix.length);
  return at < 0 ? undefined : key.slice(0, at + delimiter.length);
}
