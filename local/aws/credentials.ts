import { createHmac, randomBytes } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Caller, callerArn } from './iam/caller.ts';

export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  /** Set for a role's session: every request must carry it. */
  sessionToken: string | undefined;
}

export interface IssuedCredentials {
  caller: Caller;
  credentials: Credentials;
}

const SEED_FILE = 'credentials.seed';
const SEED_BYTES = 32;

/**
 * Issues access keys. They are made from a random seed that stays on disk, so that a caller has the same ones after a
 * restart and the URLs it presigned stay good.
 */
export class CredentialStore {
  readonly #seed: Buffer;
  readonly #issued = new Map<string, IssuedCredentials>();

  /**
   * @param directory where `credentials.seed` lies or is made, readable by its owner only
   * @throws Error where the seed can't be read or written, or is not one
   */
  constructor(directory: string) {
    this.#seed = readSeed(join(directory, SEED_FILE));
  }

  /** The caller's credentials; until they have been issued in this run, requests signed with them are refused. */
  issue(caller: Caller): Credentials {
    const derive = (purpose: string): Buffer =>
      createHmac('sha256', this.#seed)
        .update(`${purpose}\n${callerArn(caller)}`)
        .digest();
    const isSession = caller.kind === 'role';
    const credentials: Credentials = {
      accessKeyId: `${isSession ? 'ASIA' : 'AKIA'}${base32(derive('id')).slice(0, 16)}`,
      secretAccessKey: derive('secret').toString('base64').slice(0, 40),
      sessionToken: isSession ? derive('token').toString('base64') : undefined,
    };
    this.#issued.set(credentials.accessKeyId, { caller, credentials });
    return credentials;
  }

  find(accessKeyId: string): IssuedCredentials | undefined {
    return this.#issued.get(accessKeyId);
  }
}

function readSeed(file: string): Buffer {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    text = randomBytes(SEED_BYTES).toString('hex');
    // Written aside, so that a kill never leaves half a seed.
    const unfinished = `${file}.${process.pid}`;
    writeFileSync(unfinished, text, { mode: 0o600, flush: true });
    renameSync(unfinished, file);
  }
  const seed = Buffer.from(text, 'hex');
  if (seed.length !== SEED_BYTES) throw new Error(`${file} is damaged; remove it, and new credentials will be issued`);
  return seed;
}

function base32(bytes: Buffer): string {
  return Array.from(bytes, (byte) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[byte % 32]).join('');
}
