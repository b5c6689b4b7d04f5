import * as z from 'zod/mini';
import { userLocator } from '../access/tokens.ts';

/** Who listens on a connection, and until when. */
export const listenerSchema = z.object({
  /** What is heard: `all`, or the locator of the one user whose events are. */
  audience: z.string(),
  /** The API key by which the connection was opened; absent: a user's JWT. */
  key_prefix: z.optional(z.string()),
  /** Epoch milliseconds of the credential's end. */
  ends_at: z.number(),
});
export type Listener = z.output<typeof listenerSchema>;

/** API keys hear of every user. */
export const EVERYBODY = 'all';

export function audienceOf(userId: string): string {
  return userLocator(userId);
}
