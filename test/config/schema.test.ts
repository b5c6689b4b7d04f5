import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readConfig } from '../../config/schema.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vigia-config-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

async function read(config: object) {
  const file = join(directory, 'stage.json');
  await writeFile(file, JSON.stringify(config));
  return readConfig(file);
}

const jwksUri = 'https://issuer.example/jwks.json';
const claims = { issuer: 'https://issuer.example', audience: 'authenticated' };

describe('jwt', () => {
  test.each([
    { ...claims, jwksUri },
    { ...claims, jwksUri: 'http://127.0.0.1:9/jwks.json', role: 'authenticated' },
    { ...claims, sharedSecretName: 'vigia/jwt' },
  ])('%j is whole', async (jwt) => {
    expect((await read({ jwt })).jwt).toEqual(jwt);
  });

  test.each([
    [claims, [/either jwksUri or sharedSecretName/]],
    [{ ...claims, jwksUri, sharedSecretName: 'x' }, [/either jwksUri or sharedSecretName/]],
    [{ jwksUri }, [/at jwt\.issuer/, /at jwt\.audience/]],
    [{ audience: '', algorithm: 'none' }, [/at jwt\.issuer/, /at jwt\.audience/, /"algorithm"/, /either jwksUri or/]],
    [{ ...claims, jwksUri: 'http://issuer.example/jwks.json' }, [/must be an https address/]],
    [{ ...claims, jwksUri: 'file:///etc/passwd' }, [/at jwt\.jwksUri/]],
    [{ ...claims, sharedSecretName: 'a secret' }, [/at jwt\.sharedSecretName/]],
  ])('%j is refused with all that is wrong', async (jwt, problems) => {
    for (const problem of problems) await expect(read({ jwt })).rejects.toThrow(problem);
  });
});

describe('cors', () => {
  test('allows nobody unless it is told whom', async () => {
    expect((await read({})).cors.origins).toEqual([]);
    const origins = ['https://app.example.com', 'http://localhost:5173', '*'];
    expect((await read({ cors: { origins } })).cors.origins).toEqual(origins);
  });

  test.each(['app.example.com', 'https://app.example.com/', 'https://*.example.com', 'null'])(
    '%s is no origin',
    async (origin) => {
      await expect(read({ cors: { origins: [origin] } })).rejects.toThrow(/cors\.origins/);
    },
  );
});

test.each([
  [{ retention: { logsDays: 31 } }, /at retention\.logsDays/],
  [{ jobs: { allow: Array.from({ length: 21 }, (_, index) => `tool-${index}`) } }, /more than 20 names that the image/],
  [{ jobs: { deny: ['('] } }, /must be a regular expression/],
])('%j is refused', async (config, problem) => {
  await expect(read(config)).rejects.toThrow(problem);
});
