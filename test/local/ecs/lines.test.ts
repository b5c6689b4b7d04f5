import { PassThrough } from 'node:stream';
import { finished } from 'node:stream/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { passLines } from '../../../local/ecs/lines.ts';

async function linesOf(chunks: readonly Uint8Array[]): Promise<string[]> {
  const output = new PassThrough();
  const lines: string[] = [];
  passLines(output, (line) => lines.push(line));
  for (const chunk of chunks) output.write(chunk);
  output.end();
  await finished(output);
  return lines;
}

test('lines end with a line feed and nothing else, wherever the output is divided', async () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'ñ', '🐸', '\r', '\u2028', '\n') });
  await fc.assert(
    fc.asyncProperty(text, fc.nat(), fc.nat(), async (printed, one, other) => {
      const bytes = Buffer.from(printed);
      const [first = 0, second = 0] = [one, other].map((at) => at % (bytes.length + 1)).toSorted((a, b) => a - b);
      const chunks = [bytes.subarray(0, first), bytes.subarray(first, second), bytes.subarray(second)];
      const wanted = printed.split('\n');
      if (wanted.at(-1) === '') wanted.pop();
      expect(await linesOf(chunks)).toEqual(wanted);
    }),
  );
});

test('a long line is cut between two characters, whether it ends or not', async () => {
  const long = `a${'🐸'.repeat(200_000)}`;
  const lines = await linesOf([Buffer.from(`${long}\n${long}`)]);
  expect(lines.join('')).toBe(long + long);
  const cut = [262_117, 262_116, 262_116, 13_652];
  expect(lines.map((line) => Buffer.byteLength(line))).toEqual([...cut, ...cut]);
  expect((await linesOf([Buffer.alloc(600_000, 0x80)])).length).toBe(3);
});
