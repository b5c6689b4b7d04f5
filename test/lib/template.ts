import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, inject } from 'vitest';
import { z } from 'zod';

/** The production template, as tests read it. */

const resourceSchema = z.object({
  Type: z.string(),
  Properties: z.record(z.string(), z.any()).default({}),
  DeletionPolicy: z.string().optional(),
});
export type Resource = z.output<typeof resourceSchema>;

const templateFile = join(inject('assembly'), 'Vigia.template.json');
export const { Resources, Parameters } = z
  .object({ Resources: z.record(z.string(), resourceSchema), Parameters: z.record(z.string(), z.unknown()) })
  .parse(JSON.parse(readFileSync(templateFile, 'utf8')));

export function ofType(type: string): [string, Resource][] {
  const found = Object.entries(Resources).filter(([, resource]) => resource.Type === type);
  expect(found.length, `resources of ${type}`).toBeGreaterThan(0);
  return found;
}

/** The logical id that an ARN or name is taken from. */
export function referred(value: unknown): unknown {
  const { 'Fn::GetAtt': attribute, Ref } = z
    .object({ 'Fn::GetAtt': z.tuple([z.string(), z.string()]).optional(), Ref: z.string().optional() })
    .parse(value);
  return attribute?.[0] ?? Ref;
}
