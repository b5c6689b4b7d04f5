import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { synthesize } from '../local/assembly/synth.ts';

/** Synthesizes the production configuration once for all tests that need the assembly. */

declare module 'vitest' {
  export interface ProvidedContext {
    assembly: string;
  }
}

export const ROOT = join(import.meta.dirname, '..');

export default async function setup(project: TestProject): Promise<void> {
  const assembly = await synthesize({ root: ROOT, out: join(ROOT, 'cdk.out', 'test'), onProgress: console.log });
  project.provide('assembly', assembly);
}
