import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { inject } from 'vitest';
import { z } from 'zod';
import { type LocalRun, type LocalRunOptions, startLocalRun } from '../../local/run.ts';
import { ROOT } from '../assembly.ts';
import { DocumentCheck } from '../document-check.ts';
import { replayRun } from '../replay-run.ts';
import { Secrets } from './leaks.ts';

/**
 * A local run of the test assembly on free ports, over the replay market, and the small client that tests use. Every
 * answer that the client gets must be as the OpenAPI document has it, and no secret that went in or came out may be found
 * in what the run leaves behind.
 */

export interface TestRun extends LocalRun {
  dataDirectory: string;
  /** What the local run complained of so far. */
  problems: string[];
  /** A request with the admin key. */
  api(method: string, path: string, options?: RequestOptions): Promise<Answer>;
  alert(webhookUrl: string, body: string, chart?: string): Promise<Answer>;
  /** Waits until the signal's capture has ended. */
  captured(signalId: string): Promise<Record<string, unknown>>;
}

export interface RequestOptions {
  body?: unknown;
  headers?: Record<string, string>;
}

export interface Answer {
  status: number;
  headers: Headers;
  json: Record<string, unknown>;
}

const CAPTURE_WAIT_MS = 60_000;

export async function startTestRun(overrides: Partial<LocalRunOptions> = {}): Promise<TestRun> {
  const dataDirectory = overrides.dataDirectory ?? (await mkdtemp(join(tmpdir(), 'vigia-run-')));
  const problems: string[] = [];
  const run = await startLocalRun({
    ...replayRun(dataDirectory),
    assembly: inject('assembly'),
    onProblem: (text) => problems.push(text),
    ...overrides,
  }).catch((error: unknown) => {
    // What was denied on the way says more than the request that failed for it.
    throw new Error([error, ...problems].join('\n'), { cause: error });
  });
  const { apiUrl, adminApiKey } = run.outputs;
  const document = await readDocument(apiUrl);
  const secrets = new Secrets();
  const api: TestRun['api'] = async (method, path, { body, headers: others = {} } = {}) => {
    const headers = { 'x-api-key': adminApiKey, ...(body === undefined ? {} : JSON_BODY), ...others };
    secrets.noteHeaders(headers);
    secrets.noteBody(body);
    const response = await fetch(`${apiUrl}${path}`, {
      method,
      redirect: 'manual',
      headers,
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const answer = await answerOf(document, method, response);
    secrets.noteBody(answer.json);
    return answer;
  };
  return {
    ...run,
    dataDirectory,
    problems,
    api,
    alert: async (webhookUrl, body, chart) => {
      const url = chart === undefined ? webhookUrl : `${webhookUrl}?chart=${chart}`;
      const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'text/plain' }, body });
      return answerOf(document, 'POST', response);
    },
    captured: async (signalId) => {
      const until = Date.now() + CAPTURE_WAIT_MS;
      for (;;) {
        const { json } = await api('GET', `/api/signals/${signalId}`);
        if (json['screenshot_status'] === 'completed' || json['screenshot_status'] === 'failed') return json;
        if (Date.now() > until)
          throw new Error(`No image of ${JSON.stringify(json)}; problems: ${problems.join('\n')}`);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    },
    close: async () => {
      await run.close();
      const leaks = secrets.leaks(dataDirectory);
      if (leaks.length > 0) throw new Error(`Secrets lie where they should not:\n${leaks.join('\n')}`);
      if (!overrides.dataDirectory) await rm(dataDirectory, { recursive: true, force: true });
    },
  };
}

async function readDocument(apiUrl: string): Promise<DocumentCheck> {
  const response = await fetch(`${apiUrl}/openapi.json`);
  return new DocumentCheck(z.looseObject({}).parse(await response.json()));
}

const JSON_BODY = { 'content-type': 'application/json' };

async function answerOf(document: DocumentCheck, method: string, response: Response): Promise<Answer> {
  const text = await response.text();
  const { pathname, search } = new URL(response.url);
  const problem = document.problem({
    method,
    path: pathname + search,
    status: response.status,
    headers: response.headers,
    body: text,
  });
  if (problem !== undefined) throw new Error(problem);
  const isJson = response.headers.get('content-type')?.startsWith('application/json');
  return { status: response.status, headers: response.headers, json: isJson ? JSON.parse(text) : {} };
}

/** Width and height as a PNG's header tells them (PNG specification, 11.2.2). */
export function pngSize(bytes: Uint8Array): { width: number; height: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return { width: view.getUint32(16), height: view.getUint32(20) };
}

/** `npm run api-key -- create …` against the local run of a data directory. Rejects with what the command says. */
export async function makeApiKey(dataDirectory: string, options: string[]) {
  const command = [join(ROOT, 'bin/api-key.ts'), 'create', '--data', dataDirectory, ...options];
  const { stdout } = await promisify(execFile)(process.execPath, command);
  return z.object({ key: z.string(), created_at: z.string(), expires_at: z.string() }).parse(JSON.parse(stdout));
}
