/** Symbols and exchanges, as TradingView writes them. */
import { fold, GAP } from './text.ts';
import {
  BOILERPLATE,
  EXCHANGE_ALIASES,
  EXCHANGES,
  EXIT_WORDS,
  INDICATOR_WORDS,
  LONG_WORDS,
  meaningsOf,
  NO_PRICE_WORDS,
  SHORT_WORDS,
  SIGNAL_WORDS,
  TEMPLATE_TEXT,
} from './vocabulary.ts';
import { FUTURES, WELL_KNOWN } from './well-known.ts';

export interface Instrument {
  readonly exchange: string | null;
  readonly symbol: string;
}

const WITH_EXCHANGE = /^([A-Z][A-Z0-9_]{1,23}):([A-Z0-9][A-Z0-9!._&-]{0,39})$/i;
const BARE = /^[A-Z0-9][A-Z0-9!._&-]{0,39}$/i;
/** `A:B/C:D`, also with factors: `BINANCE:BTCUSDT/BINANCE:ETHUSDT`. */
const SPREAD = /^[A-Z0-9_]{1,24}:[A-Z0-9!._]{1,30}(?:[-+*/][A-Z0-9_]{1,24}(?::[A-Z0-9!._]{1,30})?){1,4}$/i;
const QUOTES =
  'USDT|USDC|BUSD|TUSD|FDUSD|USDE|DAI|USD|EUR|GBP|JPY|CHF|CAD|AUD|NZD|TRY|BRL|MXN|SGD|ZAR|BTC|ETH|BNB|SOL|XBT|PERP';
const PAIR = new RegExp(`^([A-Z0-9]{1,12})[/_-](${QUOTES})(?::[A-Z]{3,5}|-(SWAP|PERP))?(\\.P)?$`, 'i');
const QUOTE_FIRST = /^(USDT|USDC|BUSD|USD)[_](?!USD)([A-Z0-9]{2,10})$/i;
const JOINED = /^[A-Z0-9]{2,14}(?:USDT|USDC|BUSD|TUSD|FDUSD|USD)(?:\.P|PERP|\.PERP|_PERP|\.PS)?$/i;
const CROSS = /^[A-Z0-9]{2,8}(?:BTC|ETH|EUR|BNB|PERP)(?:\.P)?$/;
const FIAT = 'USD EUR GBP JPY CHF CAD AUD NZD TRY MXN ZAR SEK NOK DKK PLN SGD HKD CNH BRL';
const FOREX = new RegExp(`^(?:${FIAT.replaceAll(' ', '|')}|XAU|XAG|XPT|BTC|ETH)(?:${FIAT.replaceAll(' ', '|')})$`);
const FUTURE = /^[A-Z0-9]{1,12}[12]!$/;
const STOCK = /^(?:[A-Z]{1,10}(?:\.[A-Z]{1,2})?|[A-Z]{2,6}\d{1,4})$/;
/** A contract by its month and year: `NQM5`, `ESM2025`, `WINQ25`, `NIFTY25MAYFUT`, `NIFTY2550824500CE`. */
const CONTRACT = new RegExp(
  `^(?:(?:ES|CL|GC|SI|NG|SR3|WIN|WDO|IND|DOL|${FUTURES.join('|')})[FGHJKMNQUVXZ](?:\\d|\\d{2}|20\\d{2})|[A-Z]{3,12}\\d{2}(?:[A-Z]{3}|\\d{3})(?:FUT|\\d{2,6}(?:CE|PE)))$`,
);
/** `7203.T`, `RELIANCE.NS`: a listing's place after the point. */
const LISTED =
  /^(?:\d{3,6}\.(?:T|HK|TW|TWO|KS|KQ|SS|SZ|BO|KL|SI)|[A-Z][A-Z0-9&-]{1,11}\.(?:NS|BO|L|AX|DE|PA|MI|TO|SA|MC|SW|AS|BR|LS|ST|HE|OL|IS|JO|NZ|SR))$/;
const NOT_PAIRS = new Set('ENTRY REENTRY RETRY MACBETH'.split(' '));

const WORD_SETS = [LONG_WORDS, SHORT_WORDS, EXIT_WORDS, SIGNAL_WORDS, BOILERPLATE, INDICATOR_WORDS, NO_PRICE_WORDS];
const COMMON = new Set(
  'A I AM PM UTC GMT EST OK VS AND OR NOT TO BY AS IF BE IT ALL ANY HTF LTF MTF TF LH HH HL LL HTTP HTTPS URL ID API VIP USD EUR MARKET LIMIT BAR DAY WEEK HOUR MIN EQ ATH ATL POC VAH VAL YOU UP DOWN FROM WITH ABOVE BELOW STRONG WEAK FAST SLOW HIGH LOW LAST FIRST TIME DATE ONCE READY GO DONE WAIT HOLD WATCH ACTIVE NEUTRAL ENTRY LEVEL RANGE FAKE REAL NEXT STEP INFO NOTE TEST DEMO PAPER LIVE SPOT FUTURES PERP LONDON ASIA NY NYC US UK EU USA ASIAN SESSION MAX MIN AVG PCT EXIT CHART LINK NEWS RISK SAFE GRADE SCORE ZONA CLAVE HOY YA NO SI CON MUY ALZA BAJA FUERTE PDH PDL PDC PWH PWL PMH PML ONH ONL ORH ORL HOD LOD IBH IBL EQH EQL SSL BSL OTE IFVG MSB MSS PT BE RR DD POI KZ RTH SMT CVD HVN LVN PNL GEX DTE ITM OTM ATM CE PE CALL PUT CALLS PUTS FOMC CPI PPI NFP GDP PMI ISM ECB FED BOE BOJ SNB RBA EIA OPEC EOD SOD RSI OTP PIN SMS CODE CPU RAM GPU IP VPN SSL SSH'.split(
    ' ',
  ),
);

/** A word of a sentence that means something else than a stock's name. */
function isPlainWord(token: string): boolean {
  const word = fold(token);
  const stem = word.replace(/\d{1,4}$/, '');
  return (
    COMMON.has(token.toUpperCase()) ||
    EXCHANGES.has(token.toUpperCase()) ||
    WORD_SETS.some((set) => set.has(word) || set.has(stem)) ||
    meaningsOf(token).length > 0
  );
}

const undecorated = (token: string) =>
  token.replace(/^[#$"'([{*@]+/, '').replace(/[)\]}"'*.,;:!?]+$/, (tail) => (tail.startsWith('!') ? '!' : ''));

/** Whether `A:B` names a symbol at an exchange: by the exchange, or by capitals that mean nothing else. */
function isListing(exchange: string, symbol: string, inCapitals: boolean): boolean {
  if (EXCHANGES.has(exchange) || /_(?:DLY?|MINI|EOD)$/.test(exchange)) return true;
  const isWord = isPlainWord(exchange) || isPlainWord(symbol);
  return inCapitals && exchange.length > 2 && /[A-Z]/.test(symbol) && !isWord;
}

/** `BINANCE:BTCUSDT`, a spread, a pair, a future: a token that can be nothing but a symbol, wherever it stands. */
export function readStrongSymbol(token: string): Instrument | null {
  const raw = undecorated(token);
  if (raw.length < 3 || raw.length > 64 || !/[a-z]/i.test(raw)) return null;
  const upper = raw.toUpperCase();
  if (SPREAD.test(raw) && /:/.test(raw)) return { exchange: null, symbol: upper };
  const [, exchange, symbol] = WITH_EXCHANGE.exec(upper) ?? [];
  if (exchange && symbol) return isListing(exchange, symbol, raw === upper) ? { exchange, symbol } : null;
  const pair = pairOf(raw);
  if (pair) return { exchange: null, symbol: pair };
  const plain = upper.replace(/!{2,}$/, '!');
  if (raw === upper && (FUTURE.test(plain) || CONTRACT.test(plain) || LISTED.test(plain)))
    return { exchange: null, symbol: plain };
  const bare = upper.replace(/!$/, '');
  if (NOT_PAIRS.has(bare)) return null;
  if (JOINED.test(bare) && !/^\d+USD[TC]?$/.test(bare)) return { exchange: null, symbol: bare };
  if (raw.replace(/!$/, '') !== bare) return null;
  return CROSS.test(bare) || FOREX.test(bare) ? { exchange: null, symbol: bare } : null;
}

/** `BTC/USDT`, `BTC-USDT-SWAP`, 3Commas' `USDT_BTC` → the symbol that TradingView has for it. */
function pairOf(raw: string): string | null {
  const first = QUOTE_FIRST.exec(raw);
  if (first?.[1] && first[2]) return `${first[2]}${first[1]}`.toUpperCase();
  const pair = PAIR.exec(raw);
  if (!pair?.[1] || !pair[2] || !/[a-z]/i.test(pair[1])) return null;
  const perpetual = pair[3] || pair[4] || (raw.includes(':') ? '.P' : '') ? '.P' : '';
  return `${pair[1]}${pair[2]}${perpetual}`.toUpperCase();
}

/** `AAPL`, `US30`, `BRK.B`: a capital word that is a symbol only where the sentence puts one. */
export function readStockSymbol(token: string): Instrument | null {
  const raw = undecorated(token).replace(/!+$/, '');
  const isSymbol = WELL_KNOWN.has(raw) || (STOCK.test(raw) && !isPlainWord(raw));
  return isSymbol ? { exchange: null, symbol: raw } : null;
}

/**
 * The value of a label or key that means a symbol. Small letters are taken too; several words only around a clear symbol;
 * digits alone (`7203` in Tokyo) only where `isClear`: the label leaves no doubt, or the message names the exchange.
 */
export function readLabelledSymbol(value: string, isClear = false): Instrument | null {
  if (value.includes(GAP)) return null;
  const tokens = value.split(/[\s,|]+/, 8).filter(Boolean);
  const strong = tokens.map(readStrongSymbol).find((found) => found !== null);
  if (strong) return strong;
  const token = undecorated(tokens[0] ?? '');
  const named = WITH_EXCHANGE.exec(token);
  if (named?.[1] && named[2] && tokens.length <= 3)
    return { exchange: named[1].toUpperCase(), symbol: named[2].toUpperCase() };
  const pair = pairOf(token);
  if (pair) return { exchange: null, symbol: pair };
  if (isClear && /^\d{4,6}$/.test(value)) return { exchange: null, symbol: value };
  const rest = tokens.slice(1).join(' ');
  const extra = rest === '' || /^(?:[(@[-]|\d{1,4}[smhdwM]?$|perp|spot|futures?|stock|usdt|index)/i.test(rest);
  if (!extra || !BARE.test(token) || !/[a-z]/i.test(token) || TEMPLATE_TEXT.test(fold(token))) return null;
  if (/^(?:buy|sell|long|short|compra|venta)$/i.test(token)) return null;
  return { exchange: null, symbol: token.toUpperCase() };
}

/** The value of a label or key that means an exchange → its name at TradingView, in capitals; an unknown name where `isClear`. */
export function readExchange(value: string, isClear: boolean): string | null {
  if (value.includes(GAP)) return null;
  const words = fold(value.replaceAll('_', '0u0')).replaceAll('0u0', '_');
  const alias = EXCHANGE_ALIASES[words];
  if (alias) return alias;
  const first = (words.split(' ')[0] ?? '').toUpperCase();
  if (EXCHANGES.has(first)) return EXCHANGE_ALIASES[first.toLowerCase()] ?? first;
  if (!isClear || words.includes(' ') || TEMPLATE_TEXT.test(words) || /^your|^tu_/.test(words)) return null;
  return /^[A-Z][A-Z0-9_]{1,23}$/.test(first) ? first : null;
}
