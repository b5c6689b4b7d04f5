import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { environment } from '../../core/aws/environment.ts';

const secretsManager = new SecretsManagerClient({});
let loaded: Promise<string> | undefined;

/** The key that signs cursors, read once an instance; a read that failed is tried again at the next call. */
export function cursorKey(): Promise<string> {
  loaded ??= load().catch((error) => {
    loaded = undefined;
    throw error;
  });
  return loaded;
}

async function load(): Promise<string> {
  const { SecretString } = await secretsManager.send(
    new GetSecretValueCommand({ SecretId: environment('CURSOR_KEY_SECRET') }),
  );
  if (!SecretString) throw new Error('The secret of the cursor key is empty');
  return SecretString;
}
