import fs from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseAlert } from '../../../../core/alerts/parse/index.ts';
import { FIELDS, type Field, readMessages, score, tableOf } from './scorer.ts';

const OWN = new URL('./examples.jsonl', import.meta.url);
/** Messages as people sent them, beside the repository; not part of it. */
const SENT = new URL('../../../../../shared/data/alerts/messages.jsonl', import.meta.url);
const CORPORA = [OWN, SENT].filter((path) => fs.existsSync(path));

const BARS: Readonly<Record<Field, number>> = {
  ticker: 0.97,
  exchange: 0.97,
  symbol: 0.97,
  price: 0.97,
  signal_type: 0.9,
  indicator: 0.9,
};
const MOST_WRONG = 0.01;

describe.each(CORPORA.map((path) => ({ name: path.pathname.split('/').slice(-2).join('/'), path })))(
  '$name',
  ({ name, path }) => {
    const messages = readMessages(path);
    const result = score(messages);

    it('is read above the bars', () => {
      console.log(`${name}\n${tableOf(result)}\n${result.problems.join('\n')}`);
      for (const field of FIELDS) {
        const { scored, right } = result.fields[field];
        expect(scored, field).toBeGreaterThan(0);
        expect(right / scored, field).toBeGreaterThanOrEqual(BARS[field]);
      }
      expect(result.wrongShare).toBeLessThanOrEqual(MOST_WRONG);
    });
  },
);

describe('the own examples', () => {
  it.each(readMessages(OWN).filter(({ facts }) => facts))(
    '$id: direction, timeframe, times and chart',
    ({ body, facts }) => {
      expect(parseAlert(body)).toMatchObject(facts ?? {});
    },
  );

  it('are many and scored by more than one rule', () => {
    const messages = readMessages(OWN);
    expect(messages.length).toBeGreaterThanOrEqual(120);
    expect(new Set(messages.map(({ id }) => id)).size).toBe(messages.length);
  });
});

describe('the scorer', () => {
  it('counts a spurious value, a wrong one and a missing one', () => {
    const { fields, wrongShare } = score([
      { id: 1, body: '{"ticker":"BTCUSDT","price":1.5}', expect: {} },
      { id: 2, body: '{"price":1.5}', expect: { price: 2 } },
      { id: 3, body: '{}', expect: { price: 2 } },
      { id: 4, body: '{"price":1.5}', expect: { price: 1.5 } },
    ]);
    expect(fields.price).toEqual({ scored: 3, right: 1, missing: 1, wrong: 2 });
    expect(fields.ticker).toEqual({ scored: 0, right: 0, missing: 0, wrong: 1 });
    expect(wrongShare).toBeCloseTo(4 / 6);
  });

  it('does not score what is ambiguous', () => {
    const { fields } = score([{ id: 1, body: '{"price":1.5}', expect: {}, ambiguous: ['price'] }]);
    expect(fields.price).toEqual({ scored: 0, right: 0, missing: 0, wrong: 0 });
  });
});
