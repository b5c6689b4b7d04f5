import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { AwsError } from '../service.ts';

const version = z.object({
  id: z.string(),
  stages: z.array(z.string()),
  secretString: z.string().optional(),
  /** Base64. */
  secretBinary: z.string().optional(),
  createdAt: z.number(),
});
export type Version = z.infer<typeof version>;

const secret = z.object({
  name: z.string(),
  arn: z.string(),
  description: z.string().optional(),
  kmsKeyId: z.string().optional(),
  /** Digest of the template's value or rule; a changed one makes a new value. */
  template: z.string(),
  createdAt: z.number(),
  changedAt: z.number(),
  versions: z.array(version),
});
/** Times are ms since 1970. */
export type Secret = z.infer<typeof secret>;

export const CURRENT = 'AWSCURRENT';
const PREVIOUS = 'AWSPREVIOUS';

export type SecretStore = ReturnType<typeof secretStore>;

/**
 * The secrets in `secrets.json`, which only this user may read; replaced as a whole at each change.
 * @throws Error that names the file where it is not what it was written as
 */
export function secretStore(dir: string) {
  const file = join(dir, 'secrets.json');
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const secrets = new Map(load(file).map((one) => [one.name, one]));

  return {
    find(name: string): Secret | undefined {
      return secrets.get(name);
    },

    /** By name, ARN, or ARN without its six last characters. */
    byId(id: string): Secret | undefined {
      return secrets.get(id) ?? [...secrets.values()].find(({ arn }) => arn === id || arn.slice(0, -7) === id);
    },

    /** All, by name. */
    list(): Secret[] {
      return [...secrets.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    },

    put(changed: Secret): void {
      const after = new Map(secrets).set(changed.name, changed);
      const draft = `${file}.new`;
      writeFileSync(draft, JSON.stringify([...after.values()], null, 2), { mode: 0o600 });
      renameSync(draft, file);
      secrets.set(changed.name, changed);
    },
  };
}

function load(file: string): Secret[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
  try {
    return z.array(secret).parse(JSON.parse(text));
  } catch (error) {
    throw new Error(`${file} is damaged`, { cause: error });
  }
}

export type Value = Pick<Version, 'secretString' | 'secretBinary'>;

/**
 * The secret with a new version that takes these stages from the others; what was current becomes previous, and a
 * version without a stage is forgotten.
 * @param id a token of the caller: the same with the same value again changes nothing
 * @throws AwsError ResourceExistsException where the version exists with another value
 */
export function withVersion(before: Secret, value: Value, stages: string[], id: string = randomUUID()): Secret {
  const existing = before.versions.find((one) => one.id === id);
  if (existing) {
    if (existing.secretString === value.secretString && existing.secretBinary === value.secretBinary) return before;
    throw new AwsError('ResourceExistsException', `Version ${id} exists with another value.`);
  }
  const becomesCurrent = stages.includes(CURRENT);
  const kept = before.versions.map((one) => {
    const wasCurrent = becomesCurrent && one.stages.includes(CURRENT);
    const left = one.stages.filter((stage) => !stages.includes(stage) && !(becomesCurrent && stage === PREVIOUS));
    return { ...one, stages: wasCurrent ? [...left, PREVIOUS] : left };
  });
  const now = Date.now();
  const added = { id, stages, ...value, createdAt: now };
  return { ...before, changedAt: now, versions: [added, ...kept.filter((one) => one.stages.length > 0)] };
}
