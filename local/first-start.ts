import { execFile } from 'node:child_process';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';

/**
 * What a first start makes, in the way any owner would: an admin key by `npm run api-key`, then a demo user over the
 * API. Both secrets are shown once by the system, so they are kept beside the data.
 */

const stateSchema = z.object({
  adminApiKey: z.string().optional(),
  demoUser: z.object({ id: z.string(), webhookToken: z.string() }).optional(),
});
type State = z.output<typeof stateSchema>;

const KEY_DAYS = 3650;
const DEMO_PLAN = 'premium';

export interface DemoUser {
  id: string;
  plan: string;
  webhookToken: string;
}

export async function firstStart({
  root,
  dataDirectory,
  deployment,
  apiUrl,
}: {
  /** The project's. */
  root: string;
  dataDirectory: string;
  /** The folder with the `outputs.json` that commands of the project work by. */
  deployment: string;
  apiUrl: string;
}): Promise<{ adminApiKey: string; demoUser: DemoUser }> {
  const file = join(dataDirectory, 'first-start.json');
  const state = readState(file);
  const adminApiKey = state.adminApiKey ?? (await createAdminKey(root, deployment));
  writeState(file, { ...state, adminApiKey });
  const demoUser = state.demoUser ?? (await createDemoUser(apiUrl, adminApiKey));
  writeState(file, { adminApiKey, demoUser });
  return { adminApiKey, demoUser: { ...demoUser, plan: DEMO_PLAN } };
}

async function createAdminKey(root: string, deployment: string): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    join(root, 'bin/api-key.ts'),
    'create',
    ...['--name', 'local admin', '--permissions', 'admin', '--expires-in-days', String(KEY_DAYS)],
    ...['--data', deployment],
  ]);
  return z.object({ key: z.string() }).parse(JSON.parse(stdout)).key;
}

async function createDemoUser(apiUrl: string, adminApiKey: string) {
  // A start that was killed between creating the user and keeping its token leaves one that nobody can use.
  for (let attempt = 1; ; attempt += 1) {
    const id = attempt === 1 ? 'demo' : `demo-${attempt}`;
    const response = await fetch(`${apiUrl}/api/users`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': adminApiKey },
      body: JSON.stringify({ id, plan: DEMO_PLAN, signals_quota: null, rate_per_minute: null, rate_per_hour: null }),
    });
    if (response.status === 409) continue;
    if (!response.ok) throw new Error(`The demo user can't be created: ${response.status} ${await response.text()}`);
    const { webhook_token } = z.object({ webhook_token: z.string() }).parse(await response.json());
    return { id, webhookToken: webhook_token };
  }
}

function readState(file: string): State {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return {};
  }
  const state = stateSchema.safeParse(JSON.parse(text));
  if (!state.success) throw new Error(`${file} is damaged; remove it, and a new key and demo user will be made`);
  return state.data;
}

function writeState(file: string, state: State): void {
  const unfinished = `${file}.unfinished`;
  writeFileSync(unfinished, JSON.stringify(state), { mode: 0o600, flush: true });
  renameSync(unfinished, file);
}
