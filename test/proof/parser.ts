import { parseAlert } from '../../core/alerts/parse/index.ts';
import { readMessages } from '../core/alerts/parse/scorer.ts';
import { bodiesOf, KIB_64, leastCpuMs, PIECES } from '../core/alerts/parse/slow-inputs.ts';

/** No body of 64 KiB takes the parser over 20 ms: pieces made to be slow, alone and 1,500 mixtures of two to four. */

const MOST_MS = 20;
const MIXTURES = 1500;
const SHOWN = 10;

export default async function proof(): Promise<boolean> {
  // The first readings compile the patterns.
  const examples = readMessages(new URL('../core/alerts/parse/examples.jsonl', import.meta.url));
  for (const { body } of examples) parseAlert(body);
  const nested = ['{"a":', '[', '{"a":[', '{"message":"{'].map((opening) => opening.repeat(10_000).slice(0, KIB_64));
  const bodies = [
    ...PIECES.flatMap((piece) => bodiesOf(piece).map((body) => ({ piece, body }))),
    ...mixtures().map((piece) => ({ piece, body: piece.repeat(KIB_64 / piece.length) })),
    ...nested.map((body) => ({ piece: body.slice(0, 12), body })),
  ];
  const times = bodies.map(({ piece, body }) => ({ piece, ms: leastCpuMs(body, MOST_MS / 4) }));
  times.sort((a, b) => b.ms - a.ms);
  for (const { piece, ms } of times.slice(0, SHOWN))
    console.log(`${ms.toFixed(1).padStart(7)} ms  ${JSON.stringify(piece)}`);
  const worst = times[0]?.ms ?? 0;
  console.log(`${times.length} bodies of 64 KiB; worst ${worst.toFixed(1)} ms of CPU, at most ${MOST_MS}`);
  return worst <= MOST_MS;
}

/** The same in every run. */
function mixtures(): string[] {
  let state = 1;
  const next = (below: number) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
  return Array.from({ length: MIXTURES }, () =>
    Array.from({ length: 2 + next(3) }, () => PIECES[next(PIECES.length)] ?? '').join(''),
  );
}
