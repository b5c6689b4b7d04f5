import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { glob, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { z } from 'zod';
import { ACCOUNT, REGION } from '../aws/service.ts';

/** What an assembly is made of, relative to the project's root: a change in any of it means a new synthesis. */
const SOURCES = [
  'bin',
  'lib',
  'lambdas',
  'core',
  'config',
  'containers',
  'cdk.json',
  'package-lock.json',
  'tsconfig.json',
];

/** Lies in a finished assembly and tells what it was made of. */
const SOURCE_HASH = 'source.sha256';

const CdkJson = z.object({ app: z.string(), context: z.record(z.string(), z.unknown()).default({}) });

export interface Synthesis {
  /** The project's root, where cdk.json lies. */
  root: string;
  /** Where the assembly goes; made with its parents. */
  out: string;
  /** CDK context, over that of cdk.json. */
  context?: Record<string, unknown>;
  /** Files or directories besides the usual sources whose change means a new synthesis: a configuration elsewhere. */
  sources?: string[];
  /** Told in a few words what takes the time, only where something does. */
  onProgress?: (text: string) => void;
}

/** The app ended without an assembly; the message is what it said. */
export class SynthesisError extends Error {
  override readonly name = 'SynthesisError';
}

/**
 * Runs the CDK app of cdk.json and gives the directory of its cloud assembly. An assembly that is there already is
 * taken where none of its sources has changed. A new one is made beside it and takes its place only when it is whole,
 * so that a synthesis that was killed leaves the old one or none. Needs neither network nor credentials.
 * Throws SynthesisError with the app's own message.
 */
export async function synthesize(synthesis: Synthesis): Promise<string> {
  const root = resolve(synthesis.root);
  const out = resolve(synthesis.out);
  const cdk = await readCdkJson(root);
  // What the cdk command sets too: construct paths in the template, for messages that name them.
  const context = { 'aws:cdk:enable-path-metadata': true, ...cdk.context, ...synthesis.context };
  const sources = [
    ...SOURCES.map((source) => join(root, source)),
    ...(synthesis.sources ?? []).map((it) => resolve(it)),
  ];
  const hash = await hashSources(root, sources, context);
  if ((await storedHash(out)) === hash) return out;

  synthesis.onProgress?.('synthesizing the CDK app');
  await removeAbandoned(out);
  const unfinished = `${out}.${process.pid}`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { recursive: true });
  try {
    await runApp(cdk.app, root, { CDK_OUTDIR: unfinished, CDK_CONTEXT_JSON: JSON.stringify(context) });
    await writeFile(join(unfinished, SOURCE_HASH), hash);
    await rm(out, { recursive: true, force: true });
    await rename(unfinished, out);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  return out;
}

async function readCdkJson(root: string): Promise<z.infer<typeof CdkJson>> {
  const file = join(root, 'cdk.json');
  try {
    return CdkJson.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    throw new SynthesisError(`${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function storedHash(out: string): Promise<string | undefined> {
  try {
    return await readFile(join(out, SOURCE_HASH), 'utf8');
  } catch {
    return undefined;
  }
}

async function hashSources(root: string, sources: string[], context: unknown): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify([context, process.version]));
  for (const source of sources) {
    for (const file of await filesOf(source)) {
      const content = await readFile(file);
      hash.update(`\0${relative(root, file)}\0${content.length}\0`).update(content);
    }
  }
  return hash.digest('hex');
}

/** The file itself, or the files in the directory in a fixed order; nothing where there is neither. */
async function filesOf(path: string): Promise<string[]> {
  const kind = await stat(path).catch(() => undefined);
  if (kind === undefined) return [];
  if (kind.isFile()) return [path];
  const files: string[] = [];
  for await (const entry of glob('**', { cwd: path, withFileTypes: true, exclude: (it) => it.name === 'node_modules' }))
    if (entry.isFile()) files.push(join(entry.parentPath, entry.name));
  return files.sort();
}

/** Removes what syntheses left behind that were killed: `<out>.<pid>` of processes that are no more. */
async function removeAbandoned(out: string): Promise<void> {
  const parent = dirname(out);
  await mkdir(parent, { recursive: true });
  for (const name of await readdir(parent)) {
    if (!name.startsWith(`${basename(out)}.`)) continue;
    const pid = Number(name.slice(basename(out).length + 1));
    if (Number.isInteger(pid) && pid > 0 && !isRunning(pid)) await rm(join(parent, name), { recursive: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Runs the app with this very Node; `app` is cdk.json's: `node bin/app.ts`. */
async function runApp(app: string, root: string, environment: Record<string, string>): Promise<void> {
  const [command, ...args] = app.split(/\s+/).filter((word) => word !== '');
  if (command !== 'node') throw new SynthesisError(`cdk.json: the app must start with "node", it is "${app}"`);
  // The account and region are those of the local run, so that the machine's own AWS profile changes nothing.
  const env = { ...process.env, CDK_DEFAULT_ACCOUNT: ACCOUNT, CDK_DEFAULT_REGION: REGION, ...environment };
  const child = spawn(process.execPath, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const said = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said.stderr += text;
  });
  const { promise, resolve: end, reject } = Promise.withResolvers<string | number>();
  child.on('error', reject);
  child.on('close', (code, signal) => end(signal ?? code ?? 0));
  const result = await promise;
  if (result === 0) return;
  const message = readable(said.stderr) || readable(said.stdout) || 'it said nothing';
  throw new SynthesisError(`The CDK app failed (${result}):\n${message}`);
}

/** What a failed Node process wrote without stack frames, quoted source and Node's own last line. */
function readable(text: string): string {
  return text
    .replace(/^.*:\d+\n(.*\n){0,3}?[ \t]*\^+[ \t]*\n\n?/m, '')
    .split('\n')
    .filter((line) => !/^\s+at |^Node\.js v\d/.test(line))
    .join('\n')
    .trim();
}
