import * as z from 'zod/mini';
import { VOCABULARY } from './vocabulary.ts';

/** Zod schemas as the JSON Schemas (2020-12) of an OpenAPI 3.1 document. */

export type Json = Record<string, unknown>;

/** The document's named schemas: those with an `id` in zod's global registry, collected as they are used. */
export class Schemas {
  readonly named: Record<string, Json> = {};

  /**
   * The schema as the document writes it: a reference where it has a name.
   * @param io what the caller sends (`input`), or what it gets (`output`)
   * @throws Error where two different schemas have one name
   */
  use(schema: z.core.$ZodType, io: 'input' | 'output'): Json {
    const { $schema: _, $defs = {}, ...root } = z.toJSONSchema(schema, { io, override: nameFormat });
    for (const [name, definition] of Object.entries($defs)) this.#add(name, definition);
    return readable(root);
  }

  #add(name: string, definition: object): void {
    const schema = readable(definition);
    const known = this.named[name];
    if (known && JSON.stringify(known) !== JSON.stringify(schema)) throw new Error(`Two schemas are named ${name}`);
    this.named[name] = schema;
  }
}

/** Where there is a format, zod's pattern is a long way to say the same. */
function nameFormat({
  zodSchema,
  jsonSchema,
}: {
  zodSchema: z.core.$ZodType;
  jsonSchema: z.core.JSONSchema.BaseSchema;
}) {
  const { def } = zodSchema._zod;
  if ('format' in def && def.format === 'datetime') jsonSchema.format = 'date-time';
  if (jsonSchema.format !== undefined) delete jsonSchema.pattern;
}

/** As zod has it, less what says nothing to a reader, and with the vocabulary's descriptions. */
function readable(schema: object): Json {
  const { $ref, minimum, maximum, properties, anyOf, items, ...rest }: Json = { ...schema };
  return joinNull({
    ...rest,
    ...(typeof $ref === 'string' && { $ref: $ref.replace('#/$defs/', '#/components/schemas/') }),
    ...(minimum !== undefined && minimum !== Number.MIN_SAFE_INTEGER && { minimum }),
    ...(maximum !== undefined && maximum !== Number.MAX_SAFE_INTEGER && { maximum }),
    ...(isObject(properties) && { properties: described(properties) }),
    ...(isObject(items) && { items: readable(items) }),
    ...(Array.isArray(anyOf) && { anyOf: anyOf.map(readable) }),
  });
}

function described(properties: object): Json {
  return Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => {
      const description = VOCABULARY[name];
      return [name, { ...(description && { description }), ...readable(schema) }];
    }),
  );
}

/** `anyOf: [{type: T}, {type: null}]` is `type: [T, null]`. */
function joinNull({ anyOf, ...rest }: Json): Json {
  if (!Array.isArray(anyOf)) return rest;
  const [schema, nothing] = anyOf;
  if (anyOf.length !== 2 || nothing.type !== 'null' || schema.type === undefined) return { anyOf, ...rest };
  return {
    ...schema,
    ...rest,
    type: [schema.type, 'null'].flat(),
    ...(schema.enum && { enum: [...schema.enum, null] }),
  };
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
