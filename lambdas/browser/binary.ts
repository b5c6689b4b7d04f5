/**
 * Chromium on disk. @sparticuz/chromium brings it compressed; unpacked it takes 220 MB under the temporary directory
 * and is used again by every later process on this machine. It is unpacked beside its place and then moved there in
 * one step: no process ever sees, and no crash ever leaves, half a browser.
 */

import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inflate } from '@sparticuz/chromium';
import { z } from 'zod';
import { emojiFontPath, fontOfWoff } from './emoji-font.ts';

export interface Binary {
  executablePath: string;
  /** Starts the process of a page, given its command line, with a bound on its memory; absent: there is no bound. */
  pageLauncher?: string;
  /** What Chromium itself needs from the environment; it gets nothing else, no credentials above all. */
  environment: Record<string, string>;
}

const PACKAGE = '@sparticuz/chromium';
const PACKAGE_FILE = z.object({ version: z.string() });
const ABANDONED_MS = 10 * 60_000;

/**
 * How much memory a page's process may ask for, in KiB. A page that asks for more dies alone, where else the function
 * would with all that runs in it. Of this the largest chart's page asks for 700 MB at a time and uses 90.
 */
const PAGE_KIB = 1_280 * 1_024;
const PAGE_LAUNCHER = `#!/bin/sh
ulimit -d ${PAGE_KIB}
exec "$@"
`;

let unpacked: Promise<Binary> | undefined;

/** Where Chromium lies, unpacked by the first call. Rejects when the disk can't take it; the next call tries again. */
export function chromiumBinary(): Promise<Binary> {
  unpacked ??= unpack().catch((error: unknown) => {
    unpacked = undefined;
    throw error;
  });
  return unpacked;
}

async function unpack(): Promise<Binary> {
  const packed = fileURLToPath(new URL('../bin/', import.meta.resolve(PACKAGE)));
  const { version } = PACKAGE_FILE.parse(JSON.parse(await readFile(join(packed, '../package.json'), 'utf8')));
  const place = join(tmpdir(), `vigia-chromium-${version}-2`);
  if (!existsSync(place)) {
    await removeAbandoned(`${basename(place)}.`);
    const beside = await mkdtemp(`${place}.`);
    try {
      await unpackInto(beside, packed, place);
      await rename(beside, place);
    } catch (error) {
      await rm(beside, { recursive: true, force: true });
      // Another process was first: its browser is as good.
      if (!existsSync(place)) throw error;
    }
  }
  return {
    executablePath: join(place, 'chromium'),
    pageLauncher: join(place, 'page-launcher'),
    environment: {
      LD_LIBRARY_PATH: join(place, 'al2023', 'lib'),
      FONTCONFIG_PATH: join(place, 'fonts'),
      LANG: 'en_US.UTF-8',
    },
  };
}

async function unpackInto(folder: string, packed: string, place: string): Promise<void> {
  await mkdir(join(folder, 'fonts'), { recursive: true });
  await Promise.all([
    inflateInto(folder, join(packed, 'chromium.br')),
    inflateInto(folder, join(packed, 'al2023.tar.br')),
    inflateInto(join(folder, 'fonts'), join(packed, 'fonts.tar.br')),
    readFile(emojiFontPath())
      .then(fontOfWoff)
      .then((font) => writeFile(join(folder, 'fonts', 'noto-color-emoji.ttf'), font)),
    writeFile(join(folder, 'fonts', 'fonts.conf'), fontsConfiguration(join(place, 'fonts'))),
    writeFile(join(folder, 'page-launcher'), PAGE_LAUNCHER, { mode: 0o755 }),
  ]);
}

/** `inflate` always writes to the temporary directory, which it looks up before it first waits. */
function inflateInto(folder: string, file: string): Promise<string> {
  const before = process.env['TMPDIR'];
  process.env['TMPDIR'] = folder;
  try {
    return inflate(file);
  } finally {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
  }
}

/** Only the fonts that we bring: a picture looks the same on every machine. */
function fontsConfiguration(folder: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${folder}</dir>
  <cachedir>${folder}/cache</cachedir>
</fontconfig>
`;
}

/** What processes left that were killed while unpacking. */
async function removeAbandoned(prefix: string): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    if (!name.startsWith(prefix)) continue;
    const folder = join(tmpdir(), name);
    const { mtimeMs } = await stat(folder);
    if (Date.now() - mtimeMs > ABANDONED_MS) await rm(folder, { recursive: true, force: true });
  }
}
