/** A whole body: JSON where it is JSON (or holds some), lines of text around and inside it. */
import { type Claim, type ClaimRole, RANK } from './claims.ts';
import { type JsonEntry, type JsonNode, readJson } from './json.ts';
import { claimOfFlag, claimsOf, readLine } from './labels.ts';
import { readTemplates } from './match.ts';
import { readSentences } from './sentences.ts';
import { readStrongSymbol } from './symbols.ts';
import { decodeEntities, GAP, plainText, tidy, withoutInvisible } from './text.ts';
import { isOfElsewhere, type LabelMeaning, meaningsOf } from './vocabulary.ts';
import { isActionCode } from './words.ts';

const MAX_TEXT = 12_288;
const MAX_LINES = 160;
const MAX_LINE = 700;
/** Of colons and equals signs: more than any message of people has, and each is looked at for a label before it. */
const MAX_SEPARATORS = 400;
/** A declared sentence may be broken into this many lines. */
const MAX_BROKEN_LINES = 8;
const MAX_JSON_TRIES = 12;
/** Pieces of JSON in one body. */
const MAX_PIECES = 3;
/** Characters read from braces that begin no JSON, before no more are tried. */
const MAX_IN_VAIN = 16_384;
const MAX_NESTING = 3;
/** Of all texts in JSON fields, this many are read, and this many fields at all. */
const MAX_INNER_TEXTS = 8;
const MAX_FIELDS = 250;
/** How many of the keys around a value say what it is of. */
const MAX_ABOVE = 4;

/** Claims that show a text to be about a trade. */
const TELLING: ReadonlySet<ClaimRole> = new Set(['ticker', 'price', 'signal', 'position', 'indicator'] as const);

const inner = (claims: readonly Claim[]): Claim[] =>
  claims.map((claim) => ({ ...claim, rank: claim.rank + RANK.inner }));

/** All claims of a body. */
export function readBody(text: string, nesting = 0): Claim[] {
  const claims: Claim[] = [];
  const prose: string[] = [];
  let source = text.includes('"') || !text.includes('&quot;') ? text : decodeEntities(text);
  if (/^\s{0,100}[[{]\s{0,100}\\"/.test(source)) source = source.replaceAll('\\"', '"');
  let from = 0;
  let readInVain = 0;
  let pieces = 0;
  for (const at of starts(source)) {
    if (at < from || readInVain > MAX_IN_VAIN || pieces >= MAX_PIECES) continue;
    const { node, end } = readJson(source, at);
    if (!node || (isText(node) && !node.quoted)) {
      readInVain += end - at;
      continue;
    }
    pieces++;
    prose.push(source.slice(from, at));
    from = end;
    claims.push(...(isText(node) ? readBody(withoutInvisible(node.text), nesting + 1) : readFields(node, nesting)));
  }
  prose.push(source.slice(from));
  const rest = readText(prose.join('\n'), claims.length > 0);
  return [...claims, ...(claims.length > 0 ? inner(rest) : rest)];
}

/** Where JSON may start: at the first character, or at a brace. */
function* starts(source: string): Generator<number> {
  const first = source.search(/\S/);
  if (source[first] === '[' && /^\[\s*[{["']/.test(source.slice(first, first + 40))) yield first;
  if (source[first] === '"' && source.includes('\\"') && source.trimEnd().endsWith('"')) yield first;
  let at = source.indexOf('{');
  for (let tries = 0; at >= 0 && tries < MAX_JSON_TRIES; tries++) {
    yield at;
    at = source.indexOf('{', at + 1);
  }
}

const isText = (node: JsonNode): node is Extract<JsonNode, { text: string }> => 'text' in node;

interface Field {
  readonly key: string;
  readonly value: string;
  /** The nearest keys of the objects around it, outermost first. */
  readonly above: readonly string[];
}
interface KnownField extends Field {
  readonly meanings: readonly LabelMeaning[];
}

function readFields(node: JsonNode, nesting: number): Claim[] {
  const fields = fieldsOf(node, [])
    .slice(0, MAX_FIELDS)
    .map((field) => ({ ...field, meanings: meaningsOf(field.key, field.above) }));
  const claims = fields.flatMap((field) => claimsOfField(field, nesting));
  const texts = fields.filter(isTextField).slice(0, MAX_INNER_TEXTS);
  return [...claims, ...texts.flatMap(({ value }) => inner(readText(value, true)))];
}

/** Whether a field holds text to read: by its key, by its lines, or under an unknown key by a symbol in a sentence. */
function isTextField({ value, meanings }: KnownField): boolean {
  if (value.includes('\n') || meanings.some(({ role }) => role === 'message')) return true;
  return meanings.length === 0 && value.includes(' ') && value.slice(0, MAX_LINE).split(/\s+/).some(readStrongSymbol);
}

/** An object's texts with their keys; an array's items go by the array's own key. */
function fieldsOf(node: JsonNode, path: readonly string[]): Field[] {
  if (isText(node)) return [];
  const named = nameAndValue(node.entries);
  if (named) return [{ ...named, above: path.slice(0, -1) }];
  return node.entries.flatMap(({ key, value }) => {
    const name = node.list ? (path.at(-1) ?? '') : key;
    const above = node.list ? path.slice(0, -1) : path;
    return isText(value)
      ? [{ key: name, value: withoutInvisible(value.text).trim(), above }]
      : fieldsOf(value, [...above, name].slice(-MAX_ABOVE));
  });
}

/** `{"name": "Price", "value": "67890"}`, as chat services write the fields of a card. */
function nameAndValue(entries: readonly JsonEntry[]): { key: string; value: string } | null {
  if (entries.length > 4) return null;
  const name = entries.find(({ key }) => /^(?:name|title|label|key)$/i.test(key))?.value;
  const value = entries.find(({ key }) => /^value$/i.test(key))?.value;
  if (!name || !value || !isText(name) || !isText(value) || meaningsOf(name.text).length === 0) return null;
  return { key: name.text, value: withoutInvisible(value.text).trim() };
}

function claimsOfField({ key, value, above, meanings }: KnownField, nesting: number): Claim[] {
  if (!value || value === GAP) return [];
  if (nesting < MAX_NESTING && /^[[{"]/.test(value) && /[}\]"]$/.test(value) && value.length > 8) {
    return readBody(value, nesting + 1);
  }
  const text = tidy(plainText(value.slice(0, MAX_LINE)));
  if (!text || meanings.length > 0) return text ? claimsOf(meanings, text) : [];
  if (isOfElsewhere(key, above)) return claimOfFlag(key, text);
  const claim = (role: ClaimRole, rank: number): Claim => ({ role, rank: RANK.labelled + rank, text });
  return [
    ...claimOfFlag(key, text),
    ...(isActionCode(text) ? [claim('signal', 6)] : []),
    ...(!text.includes(' ') && readStrongSymbol(text) ? [claim('ticker', 7)] : []),
  ];
}

/** Claims of a text of lines. `known`: something was already told elsewhere in the message. */
function readText(text: string, known: boolean): Claim[] {
  const claims: Claim[] = [];
  const free: string[] = [];
  let waiting: readonly LabelMeaning[] = [];
  const lines = linesOf(text).map((line) => ({ line, sentence: readTemplates(line) }));
  if (lines.length > 1 && lines.length <= MAX_BROKEN_LINES && !lines.some(({ sentence }) => sentence)) {
    const whole = readTemplates(lines.map(({ line }) => line).join(' '));
    if (whole) return whole;
  }
  for (const { line, sentence } of lines) {
    if (sentence) {
      claims.push(...sentence);
      continue;
    }
    const parts = readLine(line);
    if (waiting.length > 0 && parts.claims.length === 0) claims.push(...claimsOf(waiting, tidy(line)));
    else free.push(...parts.free);
    claims.push(...parts.claims);
    waiting = parts.waiting;
  }
  return [...claims, ...readSentences(free, known || claims.some(({ role }) => TELLING.has(role)))];
}

function linesOf(text: string): string[] {
  const lines = plainText(text.slice(0, MAX_TEXT)).split('\n');
  let separators = 0;
  return lines
    .map((line) => line.slice(0, MAX_LINE).trim())
    .filter((line) => {
      separators += line.split(/[:=]/, MAX_SEPARATORS).length - 1;
      return line && separators <= MAX_SEPARATORS;
    })
    .slice(0, MAX_LINES);
}
