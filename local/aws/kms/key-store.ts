import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const key = z.object({
  /** A UUID, as on AWS. */
  id: z.uuid(),
  description: z.string(),
  /** 32 bytes in base64. */
  material: z.base64(),
  /** Milliseconds since 1970. */
  createdAt: z.number(),
});
export type Key = z.infer<typeof key>;

/**
 * The keys in `keys.json`, which only this user may read; replaced as a whole at each change.
 * @throws Error that names the file where it is not what it was written as
 */
export function keyStore(dir: string) {
  const file = join(dir, 'keys.json');
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const keys = new Map(load(file).map((one) => [one.id, one]));

  return {
    find(id: string): Key | undefined {
      return keys.get(id);
    },

    define(id: string, description: string): void {
      const before = keys.get(id);
      const made = before ?? { id, material: randomBytes(32).toString('base64'), createdAt: Date.now() };
      keys.set(id, { ...made, description });
      const draft = `${file}.new`;
      writeFileSync(draft, JSON.stringify([...keys.values()], null, 2), { mode: 0o600 });
      renameSync(draft, file);
    },
  };
}

function load(file: string): Key[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
  try {
    return z.array(key).parse(JSON.parse(text));
  } catch (error) {
    throw new Error(`${file} is damaged`, { cause: error });
  }
}
