import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What the containers of these tests run: a program that does as the variable WAY says. */

/** Takes some of a core, and writes a megabyte past the page cache. */
const BUSY = `
import { closeSync, fsyncSync, openSync, unlinkSync, writeSync } from 'node:fs';
const file = 'written-' + process.pid;
const written = openSync(file, 'w');
writeSync(written, Buffer.alloc(1_000_000, 'x'));
fsyncSync(written);
closeSync(written);
unlinkSync(file);
console.log('a child of busy is up');
setInterval(() => { const end = Date.now() + 20; while (Date.now() < end); }, 50);
`;

const PROGRAM = `
import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
const BUSY = ${JSON.stringify(BUSY)};
process.on('SIGTERM', () => { if (process.env.WAY === 'gentle') process.exit(0); });
console.log('way ' + process.env.WAY + ', region ' + process.env.AWS_REGION + ', process ' + process.pid);
console.log('keeps ' + mkdtempSync(tmpdir() + '/'));
if (process.env.WAY === 'busy') {
  console.log('metadata ' + process.env.ECS_CONTAINER_METADATA_URI_V4);
  const child = spawn(process.execPath, ['--input-type=module', '-e', BUSY], { stdio: ['ignore', 'inherit', 'inherit'] });
  process.on('SIGTERM', () => { child.kill(); process.exit(0); });
}
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
