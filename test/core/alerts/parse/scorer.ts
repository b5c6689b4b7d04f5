/** Scores the parser over labelled messages, by the rules under which people labelled them. */
import fs from 'node:fs';
import { z } from 'zod';
import { parseAlert } from '../../../../core/alerts/parse/index.ts';

export const FIELDS = ['ticker', 'exchange', 'symbol', 'price', 'signal_type', 'indicator'] as const;
export type Field = (typeof FIELDS)[number];

/**
 * A message and what careful people read in it. A field neither expected nor ambiguous must come out empty; an ambiguous one
 * is not scored. `facts`: what else must come out exactly.
 */
const Message = z.object({
  id: z.union([z.string(), z.number()]),
  body: z.string(),
  expect: z.object({
    ticker: z.string().optional(),
    exchange: z.string().optional(),
    symbol: z.string().optional(),
    price: z.number().optional(),
    signal_type: z.string().optional(),
    indicator: z.string().optional(),
  }),
  ambiguous: z.array(z.string()).optional(),
  facts: z.record(z.string(), z.string().nullable()).optional(),
});
export type Message = z.infer<typeof Message>;

export interface Tally {
  scored: number;
  right: number;
  missing: number;
  /** Another value than expected, or one where nothing was to be found. */
  wrong: number;
}
export interface Score {
  readonly fields: Readonly<Record<Field, Tally>>;
  /** Wrong values among all fields that were scored or came out though nothing was to be found. */
  readonly wrongShare: number;
  /** One line for each field that is not right. */
  readonly problems: readonly string[];
}

export function readMessages(path: string | URL): Message[] {
  const lines = fs.readFileSync(path, 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => Message.parse(JSON.parse(line)));
}

/** Names compare without emoji and markdown marks, NFC, with single spaces, case-folded. */
const comparable = (name: string) =>
  name
    .normalize('NFC')
    .replace(/\p{Extended_Pictographic}|\p{Emoji_Modifier}|\p{Regional_Indicator}|\uFE0F|\u200D|[*_`]/gu, '')
    .replace(/\s+/g, ' ')
    .trim()
    .toLowerCase();

function agrees(field: Field, found: string, expected: string | number): boolean {
  if (field === 'price') return Number(found) === expected;
  if (field === 'signal_type' || field === 'indicator') return comparable(found) === comparable(String(expected));
  return found === expected;
}

type Verdict = 'right' | 'missing' | 'wrong' | 'empty';

function verdictOf(field: Field, found: string | null, expected: string | number | undefined): Verdict {
  if (found === null) return expected === undefined ? 'empty' : 'missing';
  return expected !== undefined && agrees(field, found, expected) ? 'right' : 'wrong';
}

export function score(messages: readonly Message[]): Score {
  const tally = (): Tally => ({ scored: 0, right: 0, missing: 0, wrong: 0 });
  const fields: Record<Field, Tally> = {
    ticker: tally(),
    exchange: tally(),
    symbol: tally(),
    price: tally(),
    signal_type: tally(),
    indicator: tally(),
  };
  const problems: string[] = [];
  for (const { id, body, expect, ambiguous = [] } of messages) {
    const facts = parseAlert(body);
    for (const field of FIELDS.filter((name) => !ambiguous.includes(name))) {
      const verdict = verdictOf(field, facts[field], expect[field]);
      if (expect[field] !== undefined) fields[field].scored++;
      if (verdict === 'empty') continue;
      fields[field][verdict]++;
      if (verdict !== 'right') {
        problems.push(
          `#${id} ${field} ${verdict}: ${JSON.stringify(facts[field])} for ${JSON.stringify(expect[field])}`,
        );
      }
    }
  }
  const all = Object.values(fields);
  const wrong = all.reduce((sum, counts) => sum + counts.wrong, 0);
  const told = all.reduce((sum, counts) => sum + counts.right + counts.missing + counts.wrong, 0);
  return { fields, wrongShare: told === 0 ? 0 : wrong / told, problems };
}

/** The table of a score as text, one field a line. */
export function tableOf({ fields, wrongShare }: Score): string {
  const rows = FIELDS.map((field) => {
    const { scored, right, missing, wrong } = fields[field];
    return [field, scored, right, missing, wrong].map((cell) => String(cell).padStart(12)).join('');
  });
  const head = ['field', 'scored', 'right', 'missing', 'wrong'].map((cell) => cell.padStart(12)).join('');
  return [head, ...rows, `wrong values: ${(wrongShare * 100).toFixed(2)} %`].join('\n');
}
