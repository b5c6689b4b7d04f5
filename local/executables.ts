import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Those of these executables that this machine lacks: here it stands for the jobs' image. */
export function missingExecutables(names: readonly string[]): string[] {
  const directories = (process.env['PATH'] ?? '').split(delimiter);
  return names.filter((name) => !directories.some((directory) => isExecutable(join(directory, name))));
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
