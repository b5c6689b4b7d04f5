/** Digits that a JavaScript number holds exactly. */
const SAFE_DIGITS = 15;

/** `later - earlier` of two whole numbers as text, of any length; exact where the difference is below 2^53. */
export function idsApart(earlier: string, later: string): number {
  if (earlier.length <= SAFE_DIGITS && later.length <= SAFE_DIGITS) return Number(later) - Number(earlier);
  const head = earlier.length - SAFE_DIGITS;
  if (earlier.length === later.length && later.startsWith(earlier.slice(0, head))) {
    return Number(later.slice(head)) - Number(earlier.slice(head));
  }
  return Number(BigInt(later) - BigInt(earlier));
}
