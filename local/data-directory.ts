import { accessSync, constants, existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Marks a directory as ours, so that `--fresh` never deletes another one. */
const MARK = 'vigia-data';

/**
 * Makes the directory that holds the local run's state, or takes it as it is; `fresh` empties it first.
 * Throws an Error that says what is wrong with it, before anything in it was touched.
 */
export function openDataDirectory(directory: string, fresh: boolean): void {
  const problem = (text: string, cause?: unknown) => new Error(`The data directory ${directory} ${text}`, { cause });
  try {
    mkdirSync(directory, { recursive: true });
    accessSync(directory, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    if (existsSync(directory) && !statSync(directory).isDirectory()) throw problem('is a file', error);
    throw problem('can not be written', error);
  }
  const entries = readdirSync(directory);
  if (entries.length > 0 && !entries.includes(MARK)) throw problem('holds something else; choose another with --data');
  if (fresh) for (const entry of entries) rmSync(join(directory, entry), { recursive: true, force: true });
  writeFileSync(join(directory, MARK), '');
}
