/** From claims to facts: for each role the most trusted claim that reads as what it claims to be. */
import type { AlertFacts, Direction, ParseStatus } from '../signal.ts';
import { type Claim, type ClaimRole, RANK } from './claims.ts';
import { readPrice, writesDecimalCommas } from './numbers.ts';
import { type Instrument, readExchange, readLabelledSymbol, readStockSymbol, readStrongSymbol } from './symbols.ts';
import { fold, indicatorKey, LONE_SURROGATES, tidy } from './text.ts';
import { readTimeframe, readTimestamp } from './times.ts';
import { NO_PRICE_WORDS } from './vocabulary.ts';
import { directionOf, isActionCode, isMeaningful, isOpenChoice } from './words.ts';

const MAX_SYMBOL = 64;
/** Labels of this rank and less say clearly what their values are: digits alone count as a symbol, an unknown name as an exchange. */
const CLEAR = RANK.labelled + 2;
const MAX_TEXT = 200;
const CHART_URL = /tradingview\.com\/chart\/([A-Za-z0-9]{8})(?![A-Za-z0-9])(?!\/[A-Za-z0-9]{8}-)/;
const CHART_ID = /^[A-Za-z0-9]{8}$/;
/** Answers to "what signal?" that are none: kinds of orders, of messages. */
const NO_SIGNAL =
  /^(?:market|limit|alert|alerta|alerts|notify|notification|post|log|ping|webhook|send message|message|spot|futures?|crypto|stock|stocks|forex|signal|señal|senal|entry signal|trading signal|order|orden|buy sell|bot|none|neutral|place|trade|strategy|indicator|new signal|nueva senal)$/;
const SPANISH_OR_PORTUGUESE =
  /\b(?:precio|se[nñ]al|alerta|compra|venta|hora|fecha|preço|sinal|venda|temporalidad|indicador)\b/i;

/** Labels above this rank may have other values as well: only what can be nothing but a symbol counts. */
const LOOSE = RANK.labelled + 3;

type Read<T> = (text: string, rank: number) => T | null;

/** The facts that the claims of a message make; `text` is the whole message, for what only the whole can tell. */
export function combine(found: readonly Claim[], text: string): AlertFacts {
  const claims = found.toSorted((a, b) => a.rank - b.rank);
  const best = <T>(role: ClaimRole, read: Read<T>): T | null => {
    for (const claim of claims) {
      const value = claim.role === role ? read(claim.text, claim.rank) : null;
      if (value !== null) return value;
    }
    return null;
  };
  const instrument = instrumentOf(
    claims,
    best('exchange', (value, rank) => readExchange(value, rank < CLEAR)),
  );
  const commas = writesDecimalCommas(text);
  const number = (value: string) => readPrice(value, commas);
  const price = best('price', number) ?? (isOfOscillator(text) ? null : best('value', number));
  const signal = best('signal', (value) => readSignal(value));
  const indicator = best('indicator', readName);
  const dayFirst = SPANISH_OR_PORTUGUESE.test(text);
  const facts = {
    ...instrument,
    price,
    indicator,
    indicator_key: indicator === null ? null : indicatorKey(indicator),
    signal_type: signal,
    direction: directionOfClaims(best('direction', directionOf), signal, best('position', positionOf)),
    timeframe: best('timeframe', readTimeframe),
    timestamp: best('time', (value) => readTimestamp(value, dayFirst)),
    chart_id: best('chart', (value) => CHART_ID.exec(value)?.[0] ?? null) ?? CHART_URL.exec(text)?.[1] ?? null,
  };
  return { ...facts, parse_status: statusOf(facts) };
}

function statusOf(facts: Omit<AlertFacts, 'parse_status'>): ParseStatus {
  if (facts.symbol !== null && facts.price !== null && facts.signal_type !== null) return 'full';
  return Object.values(facts).some((value) => value !== null) ? 'partial' : 'none';
}

/** A sentence's capital words count as symbols too: the sentence put them in a symbol's place. */
const readSymbol = (text: string, isClear: boolean): Instrument | null =>
  readStrongSymbol(text) ?? readStockSymbol(text) ?? readLabelledSymbol(text, isClear);

function instrumentOf(
  claims: readonly Claim[],
  exchange: string | null,
): Pick<AlertFacts, 'ticker' | 'exchange' | 'symbol'> {
  const read = claims
    .filter(({ role }) => role === 'ticker')
    .map(({ text, rank }) =>
      rank > LOOSE && rank < RANK.sentence && rank !== RANK.template
        ? readStrongSymbol(text)
        : readSymbol(text, exchange !== null || rank <= CLEAR),
    )
    .filter((instrument) => instrument !== null);
  const first = read[0];
  if (!first || first.symbol.length > MAX_SYMBOL) return { ticker: null, exchange, symbol: null };
  if (first.symbol.includes(':')) return { ticker: first.symbol, exchange: null, symbol: first.symbol };
  const elsewhere = read.find((instrument) => instrument.exchange && instrument.symbol === first.symbol);
  const at = first.exchange ?? exchange ?? elsewhere?.exchange ?? null;
  return { ticker: at ? `${at}:${first.symbol}` : first.symbol, exchange: at, symbol: first.symbol };
}

/** Whether the message is about an oscillator or a volume, so that a bare `value` is more likely its reading. */
const isOfOscillator = (text: string) =>
  fold(text.slice(0, 4000))
    .split(' ')
    .some(
      (word) =>
        word.length > 2 &&
        NO_PRICE_WORDS.has(word) &&
        !/^(?:stop|target|profit|size|position|order|risk|account|balance|cuenta|change|loss|qty|quantity|amount|leverage|contracts|shares)$/.test(
          word,
        ),
    );

/** One value, without the full stop that ends its sentence. */
const sentence = (value: string) =>
  tidy(value)
    .replace(/(?<=\p{L}{2})\.$/u, '')
    .slice(0, MAX_TEXT)
    .replace(LONE_SURROGATES, '');

function readName(value: string): string | null {
  const name = sentence(value);
  return isMeaningful(name) && !isActionCode(name) ? name : null;
}

function readSignal(value: string): string | null {
  const signal = sentence(value.split(/\s(?:@|at \d)/, 1)[0] ?? '');
  if (!isMeaningful(signal) || isOpenChoice(signal) || NO_SIGNAL.test(fold(signal))) return null;
  return readStrongSymbol(signal) ? null : signal;
}

/** A position's text: `long`, `short`, or flat (a size of 0, too). */
function positionOf(text: string): Direction | 'flat' | null {
  if (/^[-+]?\d/.test(text)) {
    if (!/[1-9]/.test(text)) return 'flat';
    return text.startsWith('-') ? 'short' : 'long';
  }
  return /^(?:flat|none|closed?)$/i.test(text) ? 'flat' : directionOf(text);
}

/** An explicit direction, else the signal's own words; null when the position says that this was an exit. */
function directionOfClaims(
  explicit: Direction | null,
  signal: string | null,
  position: Direction | 'flat' | null,
): Direction | null {
  if (explicit) return explicit;
  const said = signal === null ? null : directionOf(signal);
  if (position === 'flat') return null;
  if (signal === null) return position;
  return said !== null && position !== null && said !== position ? null : said;
}
