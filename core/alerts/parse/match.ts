/** Matches lines against the declared sentences of `templates.ts`. */
import { type Claim, type ClaimRole, RANK } from './claims.ts';
import { readPrice } from './numbers.ts';
import { readStockSymbol, readStrongSymbol } from './symbols.ts';
import { TEMPLATES } from './templates.ts';
import { tidy } from './text.ts';
import { readTimeframe } from './times.ts';

interface Slot {
  readonly pattern: string;
  /** What its text claims to be; nothing for numbers that are no price. */
  readonly role?: ClaimRole;
  /** Whether a text can be it, beyond its pattern. */
  readonly fits?: (text: string) => boolean;
}

const SLOTS: Readonly<Record<string, Slot>> = {
  ticker: {
    pattern: '[#$]?(?:[A-Za-z0-9_]{1,24}:[A-Za-z0-9!._:&/-]{1,40}|[A-Za-z0-9][A-Za-z0-9!.&/-]{0,39})',
    role: 'ticker',
    fits: (text) => /^\d{4,6}$/.test(text) || readStrongSymbol(text) !== null || readStockSymbol(text) !== null,
  },
  price: { pattern: "[$€£]?[-+]?\\d[\\d.,']{0,40}", role: 'price', fits: (text) => readPrice(text) !== null },
  level: { pattern: '[$€£]?[-+]?\\d[\\d.,]{0,40}%?' },
  size: { pattern: '[-+]?\\d[\\d.,e-]{0,40}%?' },
  position: { pattern: '[-+]?\\d[\\d.,e-]{0,40}', role: 'position' },
  indicator: { pattern: '[^\\n]{1,400}?', role: 'indicator' },
  signal: { pattern: '[^\\n]{1,80}?', role: 'signal' },
  timeframe: { pattern: '\\d{0,4} ?[A-Za-z]{0,8}', role: 'timeframe', fits: (text) => readTimeframe(text) !== null },
  exchange: { pattern: '[A-Za-z0-9]{2,20}', role: 'exchange' },
};

interface Sentence {
  readonly template: string;
  /** In small letters: a line without any of these is not the sentence. Compiling patterns is what costs. */
  readonly needs: readonly string[];
  pattern?: RegExp;
}

const SENTENCES: readonly Sentence[] = TEMPLATES.map((template) => {
  const words = /[({](?:\w+=)?([^{}()]*~[^{}()]*)[)}]/.exec(template)?.[1] ?? '';
  return { template, needs: words.toLowerCase().split('~') };
});

const escaped = (text: string) => text.replace(/[.*+?^${}()[\]\\]/g, '\\$&');
const anyOf = (words: string) => `(?:${words.split('~').map(escaped).join('|')})`;

/** A template as a pattern: slots as named groups, alternatives in the order given. */
function compile(template: string): RegExp {
  const parts = template.split(/(\{[^}]+\}|\([^)]+\)|\*|\b[^\s{}(),:]+(?:~[^\s{}(),:]+)+)/);
  const source = parts.map((part) => {
    if (part === '*') return '[^\\n]{0,200}?';
    const [whole, name = '', words] = /^\{(\w+)(?:=(.+))?\}$/.exec(part) ?? [];
    if (!whole) return part.includes('~') ? anyOf(part.replace(/^\(|\)$/g, '')) : escaped(part);
    const pattern = words ? anyOf(words) : SLOTS[name]?.pattern;
    if (!pattern) throw new Error(`Template "${template}" has an unknown slot: ${name}`);
    return `(?<${name}>${pattern})`;
  });
  const start = template.startsWith('{') ? '^' : '';
  const end = template.endsWith('}') ? '(?=[\\s.,;!)"]|$)' : '';
  return new RegExp(start + source.join('') + end, 'i');
}

/** The claims of the first template that fits the line; null when none does. */
export function readTemplates(line: string): Claim[] | null {
  const text = line.replace(/^[^\p{L}\p{N}#$]{1,12}/u, '').replace(/ {2,}/g, ' ');
  const small = text.toLowerCase();
  for (const sentence of SENTENCES) {
    if (!sentence.needs.some((words) => small.includes(words))) continue;
    sentence.pattern ??= compile(sentence.template);
    const slots = sentence.pattern.exec(text)?.groups;
    const claims = slots ? claimsOfSlots(slots) : null;
    if (claims) return claims;
  }
  return null;
}

/** A strategy's title without its inputs in brackets and without what follows ` | `. */
function titleOf(text: string): string {
  const title = text.trim().replace(/\s?\((?=[^()]{0,300}[\d,*])[^()]{0,400}\)$/, '');
  return tidy(title.split(' | ')[0] ?? '');
}

/** Null when a slot holds what cannot be it. */
function claimsOfSlots(slots: Readonly<Record<string, string | undefined>>): Claim[] | null {
  const claims: Claim[] = [];
  for (const [name, found = ''] of Object.entries(slots)) {
    const slot = SLOTS[name];
    const text = name === 'indicator' ? titleOf(found) : tidy(found);
    if (!slot || !text || slot.fits?.(text) === false) return null;
    if (slot.role) claims.push({ role: slot.role, rank: RANK.template, text });
  }
  return claims;
}
