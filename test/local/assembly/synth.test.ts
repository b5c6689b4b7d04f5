import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { synthesize } from '../../../local/assembly/synth.ts';

/** An app that tells what it was given, in the place of a real one that takes seconds. */
const APP = `
import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
const { CDK_OUTDIR, CDK_CONTEXT_JSON, CDK_DEFAULT_REGION } = process.env;
appendFileSync('runs.log', 'run ');
writeFileSync(join(CDK_OUTDIR, 'manifest.json'), JSON.stringify({
  context: JSON.parse(CDK_CONTEXT_JSON), region: CDK_DEFAULT_REGION, node: process.version,
}));
`;

let root: string;
let out: string;

const write = (file: string, text: string) => {
  mkdirSync(join(root, file, '..'), { recursive: true });
  writeFileSync(join(root, file), text);
};
const runs = () => readFileSync(join(root, 'runs.log'), 'utf8').trim().split(' ').length;
const manifest = () => JSON.parse(readFileSync(join(out, 'manifest.json'), 'utf8'));
const synth = (options: Partial<Parameters<typeof synthesize>[0]> = {}) => synthesize({ root, out, ...options });
const failure = async () => {
  try {
    return await synth();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'vigia-synth-'));
  out = join(root, 'data', 'cdk.out');
  write('cdk.json', JSON.stringify({ app: 'node bin/app.ts', context: { flag: true, stage: 'default' } }));
  write('bin/app.ts', APP);
  write('lambdas/webhook/handler.ts', 'export const handler = 1;');
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

describe('synthesize', () => {
  it("runs the app with this Node, cdk.json's context and the given one over it", async () => {
    const progress: string[] = [];
    const context = { stage: 'local', config: 'config/other.ts' };
    expect(await synth({ context, onProgress: (text) => progress.push(text) })).toBe(out);
    expect(manifest()).toEqual({
      context: { 'aws:cdk:enable-path-metadata': true, flag: true, ...context },
      region: 'eu-west-1',
      node: process.version,
    });
    expect(progress).toEqual(['synthesizing the CDK app']);
    expect(readdirSync(join(out, '..'))).toEqual(['cdk.out']);
  });

  it('runs it again only when a source, the context or the assembly changed', async () => {
    await synth();
    await synth();
    expect(runs()).toBe(1);
    write('lambdas/webhook/handler.ts', 'export const handler = 2;');
    await synth();
    expect(runs()).toBe(2);
    write('core/new.ts', '');
    await synth();
    expect(runs()).toBe(3);
    write('README.md', 'not a source');
    write('lambdas/webhook/node_modules/a/index.js', 'not a source');
    await synth();
    expect(runs()).toBe(3);
    await synth({ context: { stage: 'local' } });
    expect(runs()).toBe(4);
    rmSync(out, { recursive: true });
    await synth({ context: { stage: 'local' } });
    expect(runs()).toBe(5);
  });

  it('watches the further sources that it is given', async () => {
    write('elsewhere.json', '1');
    const sources = [join(root, 'elsewhere.json')];
    await synth({ sources });
    await synth({ sources });
    expect(runs()).toBe(1);
    write('elsewhere.json', '2');
    await synth({ sources });
    expect(runs()).toBe(2);
  });

  it('fails with what the app said, without stack and quoted source, and keeps the old assembly', async () => {
    await synth();
    write('bin/app.ts', 'const stage = "prod";\nthrow new TypeError("no stage " + stage + "\\nat all");');
    expect(await failure()).toBe('The CDK app failed (1):\nTypeError: no stage prod\nat all');
    write('bin/app.ts', 'console.error("[Error at /Vigia/Queue] AwsSolutions-SQS4: no TLS"); process.exitCode = 3;');
    expect(await failure()).toBe('The CDK app failed (3):\n[Error at /Vigia/Queue] AwsSolutions-SQS4: no TLS');
    expect(manifest().context.flag).toBe(true);
    expect(readdirSync(join(out, '..'))).toEqual(['cdk.out']);
    write('bin/app.ts', APP);
    await synth();
    expect(runs()).toBe(1);
  });

  it('says what is wrong with cdk.json', async () => {
    write('cdk.json', JSON.stringify({ app: 'npx tsx bin/app.ts' }));
    expect(await failure()).toBe('cdk.json: the app must start with "node", it is "npx tsx bin/app.ts"');
    write('cdk.json', '{');
    expect(await failure()).toContain(`${join(root, 'cdk.json')}: `);
  });

  it('never leaves half an assembly, even when it is killed', async () => {
    write(
      'bin/app.ts',
      `${APP}\nwriteFileSync('halfway', '');\nsetInterval(() => process.ppid === 1 && process.exit(), 20);`,
    );
    const program = `
      import { synthesize } from ${JSON.stringify(resolve('local/assembly/synth.ts'))};
      await synthesize(${JSON.stringify({ root, out })});
    `;
    const child = spawn(process.execPath, ['--input-type=module', '-e', program]);
    while (!existsSync(join(root, 'halfway'))) await sleep(10);
    child.kill('SIGKILL');
    await once(child, 'close');
    expect(existsSync(out)).toBe(false);
    expect(readdirSync(join(out, '..'))).toEqual([`cdk.out.${child.pid}`]);
    write('bin/app.ts', APP);
    await synth();
    expect(readdirSync(join(out, '..'))).toEqual(['cdk.out']);
  });
});
