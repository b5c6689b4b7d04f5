import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { privateFile } from '../private-file.ts';
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

/** The secrets in `secrets.json`. */
export function secretStore(dir: string) {
  const file = privateFile(dir, 'secrets.json', secret);
  const secrets = new Map(file.load().map((one) => [one.name, one]));

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
      file.save(after.values());
      secrets.set(changed.name, changed);
    },
  };
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
