import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ICommandHooks } from 'aws-cdk-lib/aws-lambda-nodejs';

/** Files that go beside a function's bundle: copied from what `npm ci` installed, so that synthesis installs nothing. */

const ROOT = join(import.meta.dirname, '..');

/** @param files source path → name beside the bundle */
export function copyFiles(files: ReadonlyMap<string, string>): ICommandHooks {
  return afterBundling((_, output) => [...files].map(([source, name]) => `cp "${source}" "${output}/${name}"`));
}

/** Copies a package and all that it depends on. */
export function copyPackage(name: string): ICommandHooks {
  const packages = dependencyClosure(name);
  return afterBundling((input, output) =>
    [...packages].flatMap((dependency) => {
      const target = `${output}/node_modules/${dependency}`;
      return [`mkdir -p "${target}"`, `cp -R "${input}/node_modules/${dependency}/." "${target}"`];
    }),
  );
}

/** All of what several hooks do, in their order. */
export function together(...hooks: readonly ICommandHooks[]): ICommandHooks {
  return afterBundling((input, output) => hooks.flatMap((hook) => hook.afterBundling(input, output)));
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

function afterBundling(commands: (input: string, output: string) => string[]): ICommandHooks {
  return { beforeBundling: () => [], beforeInstall: () => [], afterBundling: commands };
}
