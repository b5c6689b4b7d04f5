import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { type AssetCode, Code } from 'aws-cdk-lib/aws-lambda';
import { buildSync } from 'esbuild';

const ROOT = join(import.meta.dirname, '..');

/** A file or folder that lies beside a bundle: copied from what `npm ci` installed, so that synthesis installs nothing. */
export interface Copy {
  from: string;
  /** Below the bundle's folder. */
  to: string;
}

export interface Bundle {
  /** Below the project's root: `lambdas/webhook/handler.ts`. */
  entry: string;
  /** Packages that are copied beside the bundle instead of into it. */
  external?: readonly string[];
  beside?: readonly Copy[];
  /** What is written beside it: texts by the name of their file. */
  files?: Readonly<Record<string, string>>;
}

/** A function's code. By esbuild itself, in this process: CDK's own `NodejsFunction` takes ten times as long. */
export function bundled({ entry, external = [], beside = [], files = {} }: Bundle): AssetCode {
  return Code.fromAsset(join(ROOT, 'lambdas'), {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // Never used; the command is what tells one bundle from another.
      image: DockerImage.fromRegistry('none'),
      command: [entry, JSON.stringify(files)],
      local: {
        tryBundle: (folder) => {
          buildModule(entry, folder, external);
          for (const { from, to } of beside) cpSync(from, join(folder, to), { recursive: true });
          for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
          return true;
        },
      },
    },
  });
}

/** Writes a program as one minified ES module with all that it needs, `index.mjs`. */
export function buildModule(entry: string, folder: string, external: readonly string[] = []): void {
  buildSync({
    absWorkingDir: ROOT,
    entryPoints: [entry],
    outfile: join(folder, 'index.mjs'),
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    minify: true,
    charset: 'utf8',
    // The SDK of the runtime changes under us and starts slower: ours is in the bundle.
    external: [...external],
    // Some dependencies are CommonJS and call `require` for Node's own modules.
    banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
    logLevel: 'warning',
  });
}

/** A package and all that it depends on. */
export function packageCopies(name: string): Copy[] {
  return [...dependencyClosure(name)].map((dependency) => ({
    from: join(ROOT, 'node_modules', dependency),
    to: join('node_modules', dependency),
  }));
}

function dependencyClosure(name: string, found = new Set<string>()): Set<string> {
  if (found.has(name)) return found;
  found.add(name);
  const manifest: { dependencies?: Record<string, string> } = JSON.parse(
    readFileSync(join(ROOT, 'node_modules', name, 'package.json'), 'utf8'),
  );
  for (const dependency of Object.keys(manifest.dependencies ?? {})) dependencyClosure(dependency, found);
  return found;
}
