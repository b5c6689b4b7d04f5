import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

const secretsManager = new SecretsManagerClient({});

/**
 * Reads a secret's text when it is first asked for and again when what is known is older than `maxAgeMs`; a read that
 * failed is tried again at the next call.
 * @param id its name or ARN, asked for at the first read
 */
export function secretReader(id: () => string, maxAgeMs: number): () => Promise<string> {
  let loaded: { value: Promise<string>; at: number } | undefined;
  return () => {
    if (loaded && Date.now() - loaded.at < maxAgeMs) return loaded.value;
    const reading = { value: readSecret(id()), at: Date.now() };
    loaded = reading;
    reading.value.catch(() => {
      if (loaded === reading) loaded = undefined;
    });
    return reading.value;
  };
}

async function readSecret(SecretId: string): Promise<string> {
  const { SecretString } = await secretsManager.send(new GetSecretValueCommand({ SecretId }));
  if (!SecretString) throw new Error(`The secret ${SecretId} is empty`);
  return SecretString;
}
