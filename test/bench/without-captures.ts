import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The same assembly with its event sources switched off: nothing is drawn or summed up behind what is measured. */
export async function withoutCaptures(assembly: string, directory: string): Promise<string> {
  const copy = join(directory, 'assembly');
  await cp(assembly, copy, { recursive: true });
  const file = join(copy, 'Vigia.template.json');
  const template = JSON.parse(await readFile(file, 'utf8'));
  for (const resource of Object.values<{ Type: string; Properties: { Enabled?: boolean } }>(template.Resources)) {
    if (resource.Type === 'AWS::Lambda::EventSourceMapping') resource.Properties.Enabled = false;
  }
  await writeFile(file, JSON.stringify(template));
  return copy;
}
