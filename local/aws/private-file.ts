import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** Records in one JSON file, which only this user may read; replaced as a whole at each change. */
export interface PrivateFile<Record> {
  /** Empty before the first save. @throws Error that names the file where it is not what it was written as */
  load(): Record[];
  save(records: Iterable<Record>): void;
}

export function privateFile<Record>(dir: string, name: string, record: z.ZodType<Record>): PrivateFile<Record> {
  const file = join(dir, name);
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  return {
    load() {
      let text: string;
      try {
        text = readFileSync(file, 'utf8');
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
        throw error;
      }
      try {
        return z.array(record).parse(JSON.parse(text));
      } catch (error) {
        throw new Error(`${file} is damaged`, { cause: error });
      }
    },
    save(records) {
      const draft = `${file}.new`;
      writeFileSync(draft, JSON.stringify([...records], null, 2), { mode: 0o600, flush: true });
      renameSync(draft, file);
    },
  };
}
