import { readFileSync } from 'node:fs';
import { join, resolve as resolvePath } from 'node:path';
import { z } from 'zod';

/** The files of a cloud assembly as `cdk synth` writes them, parsed. Assemblies of one stack are read. */

const Manifest = z.object({
  artifacts: z.record(
    z.string(),
    z.object({
      type: z.string(),
      properties: z.record(z.string(), z.unknown()).optional(),
      displayName: z.string().optional(),
    }),
  ),
});

const AssetManifest = z.object({
  files: z.record(
    z.string(),
    z.object({
      source: z.object({ path: z.string().optional(), packaging: z.string().optional() }),
      destinations: z.record(z.string(), z.object({ objectKey: z.string() })),
    }),
  ),
});

const ImageManifest = z.object({
  dockerImages: z
    .record(
      z.string(),
      z.object({
        source: z.object({ directory: z.string() }),
        destinations: z.record(z.string(), z.object({ imageTag: z.string() })),
      }),
    )
    .default({}),
});

const TemplateResource = z.strictObject({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  Metadata: z.record(z.string(), z.unknown()).default({}),
  DependsOn: z.union([z.string().transform((id) => [id]), z.array(z.string())]).default([]),
  Condition: z.string().optional(),
  // What happens to a resource that leaves the template: nothing does here, state stays until it is removed by hand.
  DeletionPolicy: z.string().optional(),
  UpdateReplacePolicy: z.string().optional(),
  UpdatePolicy: z.unknown().optional(),
});

const Parameter = z.object({ Type: z.string(), Default: z.union([z.string(), z.number()]).optional() });

const Output = z.object({ Value: z.unknown(), Condition: z.string().optional() });

const Template = z.strictObject({
  Resources: z.record(z.string(), TemplateResource),
  Outputs: z.record(z.string(), Output).default({}),
  Parameters: z.record(z.string(), Parameter).default({}),
  Conditions: z.record(z.string(), z.unknown()).default({}),
  Mappings: z.record(z.string(), z.record(z.string(), z.record(z.string(), z.unknown()))).default({}),
  AWSTemplateFormatVersion: z.string().optional(),
  Description: z.string().optional(),
  Metadata: z.unknown().optional(),
  // CDK's check of the bootstrap stack's version: there is no bootstrap stack here.
  Rules: z.unknown().optional(),
});

export type Template = z.infer<typeof Template>;

export interface AssemblyFiles {
  stackName: string;
  template: Template;
  /** S3 keys and image tags of the assets that a deployment uploads → absolute paths of their directories or files here. */
  assets: Map<string, string>;
}

/** Everything that keeps an assembly from running here, at once. */
export class AssemblyError extends Error {
  readonly problems: string[];

  constructor(directory: string, problems: string[]) {
    super(`The cloud assembly ${directory} can't run here:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.name = 'AssemblyError';
    this.problems = problems;
  }
}

/** Reads the assembly in `directory`; throws AssemblyError where a file is missing, malformed or not of one stack. */
export function readAssembly(directory: string): AssemblyFiles {
  const read = <T>(schema: z.ZodType<T>, file: string): T => {
    const parsed = schema.safeParse(readJson(directory, file));
    if (parsed.success) return parsed.data;
    const problems = parsed.error.issues.map((issue) => `${file}: ${issue.path.join('.')}: ${issue.message}`);
    throw new AssemblyError(directory, problems);
  };
  const artifacts = Object.entries(read(Manifest, 'manifest.json').artifacts);
  const stacks = artifacts.filter(([, artifact]) => artifact.type === 'aws:cloudformation:stack');
  const [stack] = stacks;
  if (stack === undefined || stacks.length > 1) {
    const names = stacks.map(([id]) => id).join(', ');
    throw new AssemblyError(directory, [`one stack is expected, there are ${stacks.length}${names && `: ${names}`}`]);
  }
  const [stackId, { properties }] = stack;
  const templateFile = z.string().parse(properties?.['templateFile']);
  const assets = new Map<string, string>();
  for (const [, artifact] of artifacts) {
    if (artifact.type !== 'cdk:asset-manifest') continue;
    const file = z.string().parse(artifact.properties?.['file']);
    const { files } = read(AssetManifest, file);
    for (const { source, destinations } of Object.values(files)) {
      if (source.path === undefined) continue;
      for (const { objectKey } of Object.values(destinations))
        assets.set(objectKey, resolvePath(directory, source.path));
    }
    for (const { source, destinations } of Object.values(read(ImageManifest, file).dockerImages)) {
      for (const { imageTag } of Object.values(destinations)) {
        assets.set(imageTag, resolvePath(directory, source.directory));
      }
    }
  }
  return {
    stackName: z.string().default(stackId).parse(properties?.['stackName']),
    template: read(Template, templateFile),
    assets,
  };
}

function readJson(directory: string, file: string): unknown {
  try {
    return JSON.parse(readFileSync(join(directory, file), 'utf8'));
  } catch (error) {
    throw new AssemblyError(directory, [`${file}: ${error instanceof Error ? error.message : String(error)}`]);
  }
}
