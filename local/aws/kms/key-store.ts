import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { privateFile } from '../private-file.ts';

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

/** The keys in `keys.json`. */
export function keyStore(dir: string) {
  const file = privateFile(dir, 'keys.json', key);
  const keys = new Map(file.load().map((one) => [one.id, one]));

  return {
    find(id: string): Key | undefined {
      return keys.get(id);
    },

    define(id: string, description: string): void {
      const before = keys.get(id);
      const made = before ?? { id, material: randomBytes(32).toString('base64'), createdAt: Date.now() };
      keys.set(id, { ...made, description });
      file.save(keys.values());
    },
  };
}
