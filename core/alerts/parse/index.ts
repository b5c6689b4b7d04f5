/**
 * The alert parser: from whatever a TradingView alert says to the facts of a signal.
 *
 *   body → clean text → JSON fields │ labelled lines │ declared sentences │ free sentences → claims → facts
 *
 * Every reader hands over claims (role, trust, text); `combine.ts` takes the most trusted claim of each role that reads as
 * what it claims to be, and leaves the rest null. Nothing is guessed: a number without a word that makes it a price is none.
 *
 * To teach it a format, add data, not code:
 * - a label or JSON key in some language: a word in `LABELS` of `vocabulary.ts`;
 * - a word that makes a signal, an exit, an indicator's name: the word lists there;
 * - an exchange or another name of one: `EXCHANGES`, `EXCHANGE_ALIASES` there; a bare symbol: `well-known.ts`;
 * - a sentence that a service writes: a line in `templates.ts`.
 * Then put an example of it into test/core/alerts/parse/examples.jsonl.
 */
import type { AlertFacts } from '../signal.ts';
import { readBody } from './body.ts';
import { combine } from './combine.ts';
import { cleanBody } from './text.ts';

/** More of a message than this is not read. */
const MAX_CHARS = 65_536;

/**
 * Reads the facts of an alert from its body; null where nothing certain is said. Pure, never throws, at most some
 * milliseconds for 64 KiB. `parse_status` is `full` with symbol, price and signal type, `partial` with anything, else `none`.
 */
export function parseAlert(body: string): AlertFacts {
  const text = cleanBody(body.slice(0, MAX_CHARS));
  return combine(readBody(text), text);
}
