import type { z } from 'zod';

/**
 * Reads a resource's resolved CloudFormation properties.
 * @throws Error that names the resource and each property that is wrong or not supported here: a property that is
 * silently ignored would make the local run say less about a deployment than it seems to.
 */
export function readProperties<T>(schema: z.ZodType<T>, resource: string, properties: unknown): T {
  const result = schema.safeParse(properties);
  if (result.success) return result.data;
  throw new Error(`${resource}: ${result.error.issues.map(problem).join('; ')}`);
}

function problem(issue: z.core.$ZodIssue): string {
  const path = issue.path.join('.');
  if (issue.code !== 'unrecognized_keys') return `${path || 'properties'}: ${issue.message}`;
  const names = issue.keys.map((key) => (path ? `${path}.${key}` : key));
  return `${names.join(', ')} is not supported by the local run`;
}
