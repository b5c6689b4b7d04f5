import { mkdir, readdir, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { z } from 'zod';
import { ROOT } from '../assembly.ts';

const template = z.object({
  Resources: z.record(z.string(), z.object({ Properties: z.record(z.string(), z.unknown()).default({}) })),
});
const BROWSER = "Photographs users' TradingView charts";

/**
 * The same assembly with simulated captures in the browser function's place; all else is as it is deployed.
 * @param directory where it is made, on top of what lies in `assembly`
 * @param milliseconds that a capture takes, at least and at most
 */
export async function withSimulatedCaptures(
  assembly: string,
  directory: string,
  milliseconds: readonly [number, number],
): Promise<string> {
  const { Resources } = template.parse(JSON.parse(await readFile(join(assembly, 'Vigia.template.json'), 'utf8')));
  const browser = Object.values(Resources).find(({ Properties }) => Properties['Description'] === BROWSER);
  const { S3Key } = z.object({ S3Key: z.string() }).parse(browser?.Properties['Code']);
  const replaced = `asset.${S3Key.replace(/\.zip$/, '')}`;
  const copy = join(directory, 'assembly');
  await mkdir(join(copy, replaced), { recursive: true });
  for (const name of await readdir(assembly)) {
    if (name !== replaced) await symlink(join(assembly, name), join(copy, name));
  }
  await build({
    entryPoints: [join(ROOT, 'test/simulation/handler.ts')],
    outfile: join(copy, replaced, 'index.mjs'),
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    mainFields: ['module', 'main'],
    define: { SIMULATED_MS: JSON.stringify(milliseconds) },
    banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
  });
  return copy;
}
