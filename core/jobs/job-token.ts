import { createHmac, timingSafeEqual } from 'node:crypto';
import { environment } from '../aws/environment.ts';
import { secretReader } from '../aws/secret.ts';
import type { Life } from '../tasks/ecs.ts';

/**
 * What a job's runner shows to report samples of its own life: `<generation>.<HMAC-SHA256 of id and generation>`. It is
 * stored nowhere, and the same at each launch of that life.
 */

const key = secretReader(() => environment('JOB_KEY_SECRET'), Number.POSITIVE_INFINITY);

export async function jobToken({ name, generation }: Life): Promise<string> {
  const code = createHmac('sha256', await key())
    .update(`${name}/${generation}`)
    .digest('base64url');
  return `${JOB_TOKEN_MARK}${generation}.${code}`;
}

export const JOB_TOKEN_MARK = 'job_';

/** The generation of the job whose token this is; undefined where it is not one of that job. */
export async function readJobToken(name: string, token: string): Promise<number | undefined> {
  const [, generation] = /^job_([1-9]\d{0,9})\./.exec(token) ?? [];
  if (generation === undefined) return undefined;
  const expected = await jobToken({ name, generation: Number(generation) });
  const isSame = token.length === expected.length && timingSafeEqual(Buffer.from(token), Buffer.from(expected));
  return isSame ? Number(generation) : undefined;
}
