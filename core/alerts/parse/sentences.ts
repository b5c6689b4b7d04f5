/** Free text: what its tokens claim, and its phrases where there is reason to think that it tells of a signal. */
import { type Claim, type ClaimRole, RANK } from './claims.ts';
import { readPhrases } from './phrases.ts';
import { priceText, type Token, tokenize } from './tokens.ts';
import { EXCHANGES, wordSet } from './vocabulary.ts';

/** Exchanges' names that are plain words in a sentence. */
const PLAIN_EXCHANGES = wordSet('INDEX CRYPTO FX SP OTC SIX MIL FOREX DJ BATS ARCA');
/** A text that tells no symbol and no price is a signal only when it is short. */
const MAX_WORDS_ALONE = 9;

/**
 * Reads the runs of free text of one message, in order; `known`: labels or templates already told facts. Where nothing is
 * known and no symbol named, only a short text counts, and its number is a price only beside a signal.
 */
export function readSentences(runs: readonly string[], known: boolean): Claim[] {
  const lines = tokenize(runs);
  const claims = lines.flatMap((tokens) => tokens.flatMap((token, at) => claimsOfToken(token, tokens, at)));
  if (known || claims.some(({ role }) => role === 'ticker')) return [...claims, ...readPhrases(lines)];
  const words = lines.flat().filter((token) => token.word);
  const isShort = words.length <= MAX_WORDS_ALONE && !words.some((token) => token.kind === 'time');
  const phrases = isShort ? readPhrases(lines) : [];
  const signals = phrases.some(({ role }) => role === 'signal');
  return [...claims.filter(({ role }) => role !== 'price' || signals), ...(signals ? phrases : [])];
}

function claimsOfToken(token: Token, run: readonly Token[], at: number): Claim[] {
  const claim = (role: ClaimRole, rank: number, text: string): Claim[] => [{ role, rank: RANK.sentence + rank, text }];
  switch (token.kind) {
    case 'symbol':
      return claim('ticker', 0, token.raw);
    case 'price':
      return claim('price', 0, priceText(run, at));
    case 'timeframe':
      return claim('timeframe', /\p{L}/u.test(token.raw) ? 0 : 1, token.raw);
    case 'time':
      return claim('time', 0, priceText(run, at));
    case 'number':
      return isEpoch(token.raw, run) ? claim('time', 1, token.raw) : [];
    case 'word': {
      const name = token.raw.replace(/[^A-Za-z0-9_]/g, '');
      const isExchange = /^[A-Z]/.test(name) && EXCHANGES.has(name.toUpperCase());
      return isExchange && !PLAIN_EXCHANGES.has(token.word) ? claim('exchange', 0, name) : [];
    }
    default:
      return [];
  }
}

/** `⏰ 1761619505000`: seconds or milliseconds since 1970 alone in their run. */
const isEpoch = (raw: string, run: readonly Token[]) =>
  /^\d{10}(?:\d{3})?$/.test(raw) && run.filter((token) => /[\p{L}\p{N}]/u.test(token.raw)).length === 1;
