import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Secrets } from './leaks.ts';

/** The look for secrets itself: however one was written, it is found. */

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vigia-leaks-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

test('a secret is found in clear, in base64 and in hex, in files and in rows, wherever it begins', async () => {
  const secrets = new Secrets();
  secrets.noteBody({ user: [{ webhook_url: 'https://alerts.example.com/webhook/u/aToken-of_some+length' }] });
  secrets.noteHeaders({ authorization: 'Bearer another~secret-text' });
  await writeFile(join(directory, 'outputs.json'), 'aToken-of_some+length');
  expect(secrets.leaks(directory)).toEqual([]);

  await writeFile(join(directory, 'hex'), Buffer.from('so another~secret-text ends').toString('hex'));
  const database = new DatabaseSync(join(directory, 'rows'));
  database.exec('CREATE TABLE one (value)');
  for (let before = 0; before < 3; before += 1) {
    const text = Buffer.from(`${'x'.repeat(before)}aToken-of_some+length and more`).toString('base64');
    database.prepare('INSERT INTO one VALUES (?)').run(text);
    const found = ['authorization in hex in hex', 'webhook_url in base64 in rows'];
    expect(secrets.leaks(directory).sort(), `${before} before it`).toEqual(found);
    database.exec('DELETE FROM one');
  }
  database.prepare('INSERT INTO one VALUES (?)').run(Buffer.from('{"a":"another~secret-text"}'));
  database.close();
  expect(secrets.leaks(directory)).toContain('authorization in clear in rows');
});
