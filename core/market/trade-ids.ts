/** Digits that a JavaScript number holds exactly. */
const SAFE_DIGITS = 15;

/** `later - earlier` of two whole numbers as text, of any length; exact where the difference is below 2^53. */
export function idsApart(earlier: string, later: string): number {
  const { length } = later;
  if (earlier.length !== length) return Number(BigInt(later) - BigInt(earlier));
  const head = length - SAFE_DIGITS;
  let apart = 0;
  for (let i = 0; i < length; i += 1) {
    const digits = later.charCodeAt(i) - earlier.charCodeAt(i);
    if (i < head && digits !== 0) return Number(BigInt(later) - BigInt(earlier));
    apart = apart * 10 + digits;
  }
  return apart;
}
