import { DecryptCommand, EncryptCommand, KMSClient } from '@aws-sdk/client-kms';

/**
 * What users entrust to us, under a KMS key and bound to its user: a ciphertext that is put in another user's place does
 * not open. At most 4,096 bytes.
 */

const kms = new KMSClient({});

const contextOf = (userId: string) => ({ user_id: userId });

export async function seal(KeyId: string, userId: string, text: string): Promise<Uint8Array> {
  const { CiphertextBlob } = await kms.send(
    new EncryptCommand({ KeyId, Plaintext: Buffer.from(text), EncryptionContext: contextOf(userId) }),
  );
  if (!CiphertextBlob) throw new Error('KMS answered without a ciphertext');
  return CiphertextBlob;
}

/** @throws InvalidCiphertextException where it was sealed for another user, or with another key */
export async function unseal(KeyId: string, userId: string, sealed: Uint8Array): Promise<string> {
  const { Plaintext } = await kms.send(
    new DecryptCommand({ KeyId, CiphertextBlob: sealed, EncryptionContext: contextOf(userId) }),
  );
  if (!Plaintext) throw new Error('KMS answered without a plaintext');
  return Buffer.from(Plaintext).toString();
}
