/**
 * A JSON reader that keeps every number as it was written and forgives what alert authors get wrong: comments, trailing or
 * missing commas, single quotes, bare words, `=` for `:`, raw line ends and stray quotes in strings, an end that is
 * missing. Valid JSON reads as `JSON.parse` reads it (but for numbers, which stay text).
 */

export interface JsonText {
  readonly text: string;
  readonly quoted: boolean;
}
export interface JsonEntry {
  readonly key: string;
  readonly value: JsonNode;
}
/** An object's entries in order; an array's items have their index as key. */
export type JsonNode = JsonText | { readonly entries: readonly JsonEntry[]; readonly list: boolean };

const MAX_DEPTH = 24;
const MAX_ENTRIES = 4000;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\n', t: ' ', b: '', f: '' };

/** The next key, where the comma before it was forgotten. */
const KEY = /^"[^"\n]{1,40}"\s?:/;

const END_OF_VALUE = /[,}\]\n;]|\s(?:\/[/*]|"[^"\n]{1,40}"\s?:)/g;
const END_OF_KEY = /[:=,{}[\]\n"'(]/g;

class Reader {
  at: number;
  private entriesLeft = MAX_ENTRIES;
  private readonly source: string;

  constructor(source: string, at: number) {
    this.source = source;
    this.at = at;
  }

  private skipSpace(): void {
    for (;;) {
      while (/\s/.test(this.source[this.at] ?? '')) this.at++;
      const two = this.source.slice(this.at, this.at + 2);
      if (two === '//') this.skipTo('\n', 0);
      else if (two === '/*') this.skipTo('*/', 2);
      else return;
    }
  }

  private skipTo(mark: string, past: number): void {
    const end = this.source.indexOf(mark, this.at);
    this.at = end < 0 ? this.source.length : end + past;
  }

  /** Whether the quote at `at` ends its string: what follows is a separator, a bracket or the end. */
  private closes(at: number): boolean {
    let next = at + 1;
    while (this.source[next] === ' ') next++;
    const after = this.source[next];
    if (after === '"' && next > at + 1) return KEY.test(this.source.slice(next, next + 48));
    return after === undefined || ',:}]\n=;/'.includes(after);
  }

  private quoted(quote: string): string {
    const special = quote === '"' ? /["\\]/g : /['\\]/g;
    let text = '';
    let from = this.at + 1;
    special.lastIndex = from;
    for (let found = special.exec(this.source); found; found = special.exec(this.source)) {
      this.at = found.index;
      if (found[0] === '\\') {
        text += this.source.slice(from, this.at) + this.escape();
        from = this.at;
        special.lastIndex = from;
      } else if (this.closes(this.at)) {
        text += this.source.slice(from, this.at);
        this.at++;
        return text;
      }
    }
    this.at = this.source.length;
    return text + this.source.slice(from);
  }

  private escape(): string {
    const letter = this.source[this.at + 1] ?? '';
    const hex = letter === 'u' ? /^[\da-fA-F]{4}/.exec(this.source.slice(this.at + 2, this.at + 6)) : null;
    this.at += hex ? 6 : 2;
    return hex ? String.fromCharCode(Number.parseInt(hex[0], 16)) : (ESCAPES[letter] ?? letter);
  }

  /** A bare word or number: up to a separator, a line end, a comment, or the next key. */
  private bare(end: RegExp): string {
    const from = this.at;
    end.lastIndex = from;
    this.at = end.exec(this.source)?.index ?? this.source.length;
    return this.source.slice(from, this.at).trim();
  }

  private text(end: RegExp): JsonText {
    const quote = this.source[this.at];
    const quoted = quote === '"' || quote === "'";
    return { text: quoted ? this.quoted(quote) : this.bare(end), quoted };
  }

  value(depth: number): JsonNode | null {
    this.skipSpace();
    const char = this.source[this.at];
    if (char === '{') return this.object(depth);
    if (char === '[') return this.array(depth);
    return this.text(END_OF_VALUE);
  }

  /** `64,210.50` without quotes, as Pine's `str.format` writes a number. */
  private grouped(): JsonText | null {
    this.skipSpace();
    const found = /^-?\d{1,3}(?:,\d{3}){1,4}(?:\.\d{1,12})?(?=\s{0,20}(?:[,}\n]|$))/.exec(
      this.source.slice(this.at, this.at + 60),
    )?.[0];
    if (found) this.at += found.length;
    return found ? { text: found, quoted: false } : null;
  }

  private room(depth: number): boolean {
    return depth < MAX_DEPTH && this.entriesLeft-- > 0 && this.at < this.source.length;
  }

  /** Null when what follows the brace is no `key: value`; an object that breaks off gives what was read of it. */
  object(depth: number): JsonNode | null {
    const entries: JsonEntry[] = [];
    this.at++;
    while (this.room(depth)) {
      this.skipSpace();
      const char = this.source[this.at];
      if (char === '}') {
        this.at++;
        return { entries, list: false };
      }
      if (char === ',' || char === ';') {
        this.at++;
        continue;
      }
      const key = this.text(END_OF_KEY).text;
      this.skipSpace();
      const separator = this.source[this.at];
      if ((separator !== ':' && separator !== '=') || key.length > 80) break;
      this.at += this.source[this.at + 1] === '>' ? 2 : 1;
      const value = this.grouped() ?? this.value(depth + 1);
      if (!value) break;
      entries.push({ key, value });
    }
    return entries.length > 0 ? { entries, list: false } : null;
  }

  private array(depth: number): JsonNode | null {
    const entries: JsonEntry[] = [];
    this.at++;
    while (this.room(depth)) {
      this.skipSpace();
      const char = this.source[this.at];
      if (char === ']') {
        this.at++;
        return { entries, list: true };
      }
      if (char === ',') {
        this.at++;
        continue;
      }
      const before = this.at;
      const value = this.value(depth + 1);
      if (!value || this.at === before) break;
      entries.push({ key: String(entries.length), value });
    }
    return entries.length > 0 ? { entries, list: true } : null;
  }
}

/** The JSON value that starts at `at` (an object, an array or a string), null when there is none; and how far it was read. */
export function readJson(source: string, at: number): { node: JsonNode | null; end: number } {
  const reader = new Reader(source, at);
  const node = reader.value(0);
  return { node, end: reader.at };
}
