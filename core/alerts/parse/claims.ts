/** What the readers hand to the combination: a piece of text that claims to be one of the facts, and how far to trust it. */

export type ClaimRole =
  | 'ticker'
  | 'exchange'
  | 'price'
  | 'value'
  | 'signal'
  | 'direction'
  | 'position'
  | 'indicator'
  | 'timeframe'
  | 'time'
  | 'chart';

export interface Claim {
  readonly role: ClaimRole;
  /** Lower is trusted more; among equals the first in the message wins. See {@link RANK}. */
  readonly rank: number;
  readonly text: string;
}

/** Added to a label's own rank (0 to 7) by where the claim comes from. */
export const RANK = {
  /** A label or key that names the role. */
  labelled: 0,
  /** A declared sentence of a service. */
  template: 3,
  /** A position or direction standing in for the signal. */
  standIn: 8,
  /** Read out of a sentence by its words. */
  sentence: 12,
  /** The same inside a text that a JSON field carries. */
  inner: 20,
} as const;
