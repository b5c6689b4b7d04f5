import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What the containers of these tests run: a program that does as the variable WAY says. */

const PROGRAM = `
process.on('SIGTERM', () => { if (process.env.WAY === 'gentle') process.exit(0); });
console.log('way ' + process.env.WAY + ', region ' + process.env.AWS_REGION + ', process ' + process.pid);
if (process.env.WAY === 'crash') process.exit(3);
setInterval(() => {}, 1000);
`;

export interface Image {
  directory: string;
  remove(): Promise<void>;
}

export async function makeImage(): Promise<Image> {
  const directory = await mkdtemp(join(tmpdir(), 'vigia-image-'));
  await writeFile(join(directory, 'index.mjs'), PROGRAM);
  return { directory, remove: () => rm(directory, { recursive: true, force: true }) };
}
