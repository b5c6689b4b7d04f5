/**
 * The attribute by which items expire, in epoch seconds. DynamoDB removes them within days: who reads an item that must
 * not be seen any more looks at it.
 */
export const EXPIRES = 'expires';

export function expiresAt(milliseconds: number): { expires: number } {
  return { [EXPIRES]: Math.ceil(milliseconds / 1000) };
}
