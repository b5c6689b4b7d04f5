import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { AwsError } from '../service.ts';
import type { Key } from './key-store.ts';

/**
 * A ciphertext here: the key's id (36 bytes), a nonce (12), the tag (16), then the data by AES-256-GCM. As on AWS it
 * names its key, and opens only under the encryption context that it was sealed under.
 */

export type Context = Record<string, string>;

const ID_BYTES = 36;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HEAD_BYTES = ID_BYTES + NONCE_BYTES + TAG_BYTES;

export function seal(key: Key, plaintext: Buffer, context: Context): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', Buffer.from(key.material, 'base64'), nonce).setAAD(canonical(context));
  const data = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return Buffer.concat([Buffer.from(key.id), nonce, cipher.getAuthTag(), data]);
}

/** @throws AwsError InvalidCiphertextException where the context is another, or the text was altered */
export function open(key: Key, blob: Buffer, context: Context): Buffer {
  const nonce = blob.subarray(ID_BYTES, ID_BYTES + NONCE_BYTES);
  const decipher = createDecipheriv('aes-256-gcm', Buffer.from(key.material, 'base64'), nonce)
    .setAAD(canonical(context))
    .setAuthTag(blob.subarray(ID_BYTES + NONCE_BYTES, HEAD_BYTES));
  try {
    return Buffer.concat([decipher.update(blob.subarray(HEAD_BYTES)), decipher.final()]);
  } catch {
    throw invalid();
  }
}

/** Which key a ciphertext names. @throws AwsError InvalidCiphertextException where it is none of ours */
export function keyIdOf(blob: Buffer): string {
  if (blob.length < HEAD_BYTES) throw invalid();
  return blob.toString('latin1', 0, ID_BYTES);
}

function canonical(context: Context): Buffer {
  return Buffer.from(JSON.stringify(Object.entries(context).sort(([a], [b]) => (a < b ? -1 : 1))));
}

function invalid(): AwsError {
  return new AwsError('InvalidCiphertextException', 'The ciphertext is not valid under this key and context.');
}
