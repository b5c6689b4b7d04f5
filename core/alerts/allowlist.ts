import { createHash } from 'node:crypto';
import { BlockList, isIP } from 'node:net';

/** The addresses from which a user's alerts are taken: each an IPv4 or IPv6 address or a range in CIDR notation. */
export interface Allowlist {
  enabled: boolean;
  ranges: string[];
}

export const NO_ALLOWLIST: Allowlist = { enabled: false, ranges: [] };

type Family = 'ipv4' | 'ipv6';

export function isRange(text: string): boolean {
  return readRange(text) !== undefined;
}

/** An address is a range of one. Bits of a range's address beyond its prefix mean nothing. */
function readRange(text: string): { address: string; prefix: number; family: Family } | undefined {
  const [, address = '', given] = /^([\da-f.:]+)(?:\/(\d{1,3}))?$/i.exec(text) ?? [];
  const family = familyOf(address);
  if (!family) return undefined;
  const bits = family === 'ipv4' ? 32 : 128;
  const prefix = given === undefined ? bits : Number(given);
  return prefix <= bits ? { address, prefix, family } : undefined;
}

function familyOf(address: string): Family | undefined {
  const version = isIP(address);
  if (version === 0) return undefined;
  return version === 4 ? 'ipv4' : 'ipv6';
}

/** Whether an address lies in one of the ranges; an IPv4 address in IPv6 notation is the IPv4 address. */
export function isListed(ranges: readonly string[], address: string): boolean {
  const family = familyOf(address);
  if (!family) return false;
  const list = new BlockList();
  for (const range of ranges.map(readRange)) {
    if (range) list.addSubnet(range.address, range.prefix, range.family);
  }
  return list.check(address, family);
}

/** Tells one list of ranges from another; undefined where alerts may come from anywhere. */
export function revisionOf({ enabled, ranges }: Allowlist): string | undefined {
  if (!enabled) return undefined;
  return createHash('sha256').update(JSON.stringify(ranges)).digest('base64url').slice(0, 22);
}
