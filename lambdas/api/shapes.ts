import * as z from 'zod/mini';

/** What several routes take and answer. */

export { isoTime } from '../../core/http/iso-time.ts';

/** The parameters of every list. */
export const page = {
  limit: z._default(z.coerce.number().check(z.int(), z.minimum(1), z.maximum(200)), 50),
  cursor: z.optional(z.string()),
};

/** A list's answer: `{"<plural>": […], "next_cursor": …}`. */
export function listShape<Name extends string, Item extends z.ZodMiniType>(name: Name, item: Item) {
  const shape = z.strictObject({ [name]: z.array(item), next_cursor: z.nullable(z.string()) } as Record<
    Name,
    z.ZodMiniArray<Item>
  > & { next_cursor: z.ZodMiniNullable<z.ZodMiniString> });
  return shape.register(z.globalRegistry, { id: pageName(name) });
}

/** The list's name in the OpenAPI document: `audit_logs` → `AuditLogsPage`. */
function pageName(name: string): string {
  const words = name.split('_').map((word) => word[0]?.toUpperCase() + word.slice(1));
  return `${words.join('')}Page`;
}
