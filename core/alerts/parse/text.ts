/** Cleaning of message text: invisible characters, markup, decoration; and the folding under which words are compared. */

/** Stands where a placeholder was left unfilled, so that whatever holds it counts as missing. A private-use character. */
export const GAP = '\uE000';

/** Control, zero-width and direction characters, and the private one that {@link GAP} takes. Line feed, tab, return stay. */
const INVISIBLE = /(?![\n\r\t\u200D])[\p{Cc}\u00AD\u200B-\u200F\u202A-\u202E\u2060-\u2069\uE000\uFEFF\uFFFD]/gu;
const ODD_SPACE = /[\t\u00A0\u1680\u2000-\u200A\u202F\u205F\u3000]/g;
const DOUBLE_BRACES = /\{\{[^{}\n]{0,120}\}\}/g;
/** Placeholders typed wrong: one brace, dollar-brace, percent signs, angle brackets. */
const ODD_PLACEHOLDER =
  /\$?\{(?:strategy|plot|syminfo|ticker|symbol|exchange|close|price|interval|timeframe|timenow|time|open|high|low|volume|action|side)[\w.]{0,40}\}|%(?:ticker|symbol|exchange|close|price|interval|action|side)%|<(?:ticker|symbol|exchange|close|price|interval|timeframe|action|side|tu[ _]\w{2,20}|your[ _]\w{2,20})>/gi;

/** Halves of characters, as cutting leaves them: what stores text as UTF-8 would change them. */
export const LONE_SURROGATES = /\p{Cs}/gu;

/** Text without characters that show nothing, but for line ends and tabs. */
export const withoutInvisible = (text: string): string => text.replace(INVISIBLE, '');

/**
 * The body as it will be read: NFC, LF line ends, no control or zero-width characters, full-width and mathematical letters
 * as plain ones, typographic quotes straight, unfilled placeholders replaced by {@link GAP}.
 */
export function cleanBody(body: string): string {
  return withoutInvisible(body.normalize('NFC'))
    .replace(/\r\n?|[\u2028\u2029]/g, '\n')
    .replace(ODD_SPACE, ' ')
    .replace(/[\uFF01-\uFF5E]+/g, (letters) => letters.normalize('NFKC'))
    .replace(/[\u{1D400}-\u{1D7FF}]+/gu, (letters) => letters.normalize('NFKC'))
    .replace(/[“”„«»]/g, '"')
    .replace(/[‘’´]/g, "'")
    .replace(/[【】「」『』〖〗《》、。]/g, ' ')
    .replace(/\u2212/g, '-')
    .replace(DOUBLE_BRACES, GAP)
    .replace(ODD_PLACEHOLDER, GAP);
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

/** HTML entities as the characters they stand for; an unknown or control one is left out. */
export function decodeEntities(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(#\d{1,7}|#x[\da-f]{1,6}|[a-z]{2,6});/gi, (whole, name: string) => {
    if (!name.startsWith('#')) return ENTITIES[name.toLowerCase()] ?? whole;
    const hex = name[1] === 'x' || name[1] === 'X';
    const code = Number.parseInt(name.slice(hex ? 2 : 1), hex ? 16 : 10);
    const isCharacter = code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
    return isCharacter ? withoutInvisible(String.fromCodePoint(code)) : '';
  });
}

function withoutTags(text: string): string {
  if (!text.includes('<')) return text;
  return text
    .replace(/<(script|style)\b[^<>]{0,200}>[^<]{0,4000}<\/\1>/gi, '')
    .replace(/<(?:br|\/p|\/div|\/li|\/tr|\/h\d)\b[^<>\n]{0,40}>/gi, '\n')
    .replace(/<[@#!&:][^<>\n]{0,80}>/g, '')
    .replace(/<\/?[a-z][^<>\n]{0,200}>/gi, '');
}

/** Emoji as chat services name them: `:rotating_light:`. */
const SHORTCODE = /(?<![\p{L}\p{N}]):[a-z][a-z0-9_+-]{1,30}:(?![\p{L}\p{N}])/gu;

/** Prose without tags, entities, markdown marks and addresses; `\n` typed as two characters becomes a line end. */
export function plainText(text: string): string {
  return decodeEntities(withoutTags(text))
    .replace(/\\{1,2}r?\\{0,2}n/g, '\n')
    .replace(/\[([^[\]\n]{0,200})\]\(https?:[^()\s]{0,500}\)/g, '$1')
    .replace(/https?:\/\/[^\s"'<>]{0,800}/gi, '')
    .replace(SHORTCODE, '')
    .replace(/[*`]|~~/g, '')
    .replace(/(?<![\p{L}\p{N}])_+|_+(?![\p{L}\p{N}_])/gu, '');
}

/** One value without quotes, brackets' loose ends and separators around it; inner text as sent, spaces single. */
export function tidy(value: string): string {
  return value
    .replace(/[*`]|~~|(?<![\p{L}\p{N}])_+|_+(?![\p{L}\p{N}_])/gu, '')
    .replace(/\s+/g, ' ')
    .replace(/^[\s"',;:=|>•·–—¡¿]+/u, '')
    .replace(/^-+\s?(?=[^\d\s.$€£-])/u, '')
    .replace(/[\s"',;:=|<•·–—}-]{1,40}$/u, '');
}

/** What folding leaves as it is. */
const PLAIN = /^[a-z0-9+]*(?: [a-z0-9+]+)*$/;
const DIACRITICS = /\p{M}+/gu;

/** Text for comparing: no accents, lower case, everything but letters, digits and `+` as one space. */
export function fold(text: string): string {
  if (PLAIN.test(text)) return text;
  return text
    .normalize('NFKD')
    .replace(DIACRITICS, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}+]+/gu, ' ')
    .trim();
}

/** A label's words for looking it up: `strategyOrder_price` → `strategy order price`. */
export function foldLabel(label: string): string {
  if (PLAIN.test(label)) return label;
  return fold(label.replace(/(\p{Ll}|\p{N})(\p{Lu})/gu, '$1 $2'));
}

/**
 * What spellings of one indicator share: emoji, markup and punctuation (but `+`) gone, accents and case folded, spaces
 * single: `ADX DEF [APIDEVS]`, `🐸 ADX DEF APIDEVs 👑` → `adx def apidevs`. Null when no letter or digit is left.
 */
export function indicatorKey(name: string): string | null {
  return fold(name).slice(0, 200).replace(LONE_SURROGATES, '') || null;
}
