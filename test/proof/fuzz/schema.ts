import { z } from 'zod';
import type { Random } from './random.ts';

/** What the fuzzer reads of the document, and values that fit its schemas, so that requests get past the first check. */

export interface Schema {
  $ref?: string | undefined;
  type?: string | string[] | undefined;
  enum?: unknown[] | undefined;
  const?: unknown;
  anyOf?: Schema[] | undefined;
  properties?: Record<string, Schema> | undefined;
  required?: string[] | undefined;
  items?: Schema | undefined;
  minimum?: number | undefined;
  maximum?: number | undefined;
  format?: string | undefined;
}

const schema: z.ZodType<Schema> = z.lazy(() =>
  z.object({
    $ref: z.string().optional(),
    type: z.union([z.string(), z.array(z.string())]).optional(),
    enum: z.array(z.unknown()).optional(),
    const: z.unknown().optional(),
    anyOf: z.array(schema).optional(),
    properties: z.record(z.string(), schema).optional(),
    required: z.array(z.string()).optional(),
    items: schema.optional(),
    minimum: z.number().optional(),
    maximum: z.number().optional(),
    format: z.string().optional(),
  }),
);
const operation = z.object({
  parameters: z
    .array(
      z.union([
        z.object({ $ref: z.string() }),
        z.object({ name: z.string(), in: z.enum(['path', 'query']), required: z.boolean().default(false), schema }),
      ]),
    )
    .default([]),
  requestBody: z.object({ content: z.record(z.string(), z.object({ schema })) }).optional(),
});
const documentSchema = z.object({
  paths: z.record(z.string(), z.record(z.string(), z.unknown())),
  components: z.object({ schemas: z.record(z.string(), schema) }),
});

export interface Parameter {
  name: string;
  required: boolean;
  schema: Schema;
}

export interface Operation {
  method: string;
  path: string;
  query: Parameter[];
  /** Of its JSON body, where it takes one. */
  body: Schema | undefined;
}

export interface Api {
  operations: Operation[];
  schemas: Record<string, Schema>;
}

const METHODS = ['get', 'post', 'patch', 'put', 'delete'];

export function readApi(document: unknown): Api {
  const { paths, components } = documentSchema.parse(document);
  const operations = Object.entries(paths).flatMap(([path, item]) =>
    METHODS.filter((method) => item[method]).map((method) => {
      const { parameters, requestBody } = operation.parse(item[method]);
      const query = parameters.flatMap((it) => ('in' in it && it.in === 'query' ? [it] : []));
      return { method: method.toUpperCase(), path, query, body: requestBody?.content['application/json']?.schema };
    }),
  );
  return { operations, schemas: components.schemas };
}

/** Fields whose rule a schema can't tell. */
const KNOWN: Record<string, readonly unknown[]> = {
  timezone: ['UTC', 'Europe/Madrid', 'America/Argentina/Buenos_Aires'],
  default_chart_id: [null, 'Abcd1234'],
  ranges: [[], ['127.0.0.1/32'], ['0.0.0.0/0', '::/0']],
  // Captures by the browser would be most of the work.
  screenshot_source: ['builtin'],
};
const DECIMALS = ['67890.12', '123456789012345.12345678', '-0.00000001', 1, -2.5, null];
const DECIMAL_FIELDS = new Set(['entry_price', 'exit_price', 'profit_loss', 'profit_loss_percent']);
const FITTING_TEXTS = ['BTCUSDT', 'BINANCE:BTCUSDT', 'ADX DEF', '15m', 'buy', 'x', 'ñ🐸', '67890.12'];

export function fitting(schemaOf: Schema, name: string, api: Api, random: Random): unknown {
  if (name === 'id') return `fuzz-${random.below(1_000_000)}`;
  const known = DECIMAL_FIELDS.has(name) ? DECIMALS : KNOWN[name];
  if (known) return random.pick(known);
  if (schemaOf.$ref) return fitting(api.schemas[schemaOf.$ref.split('/').at(-1) ?? ''] ?? {}, name, api, random);
  if (schemaOf.anyOf) return fitting(random.pick(schemaOf.anyOf), name, api, random);
  if (schemaOf.enum) return random.pick(schemaOf.enum);
  if (schemaOf.const !== undefined) return schemaOf.const;
  const type = Array.isArray(schemaOf.type) ? random.pick(schemaOf.type) : schemaOf.type;
  switch (type) {
    case 'null':
      return null;
    case 'boolean':
      return random.chance(0.5);
    case 'integer':
    case 'number':
      return (
        (schemaOf.minimum ?? 0) + random.below(Math.min(1000, (schemaOf.maximum ?? 1000) - (schemaOf.minimum ?? 0)))
      );
    case 'array':
      return Array.from({ length: 1 + random.below(2) }, () => fitting(schemaOf.items ?? {}, '', api, random));
    case 'object': {
      const fields = Object.entries(schemaOf.properties ?? {}).filter(
        ([field]) => schemaOf.required?.includes(field) || random.chance(0.5),
      );
      return Object.fromEntries(fields.map(([field, inner]) => [field, fitting(inner, field, api, random)]));
    }
    default:
      return schemaOf.format === 'date-time'
        ? new Date(1_700_000_000_000 + random.below(100_000_000) * 1000).toISOString()
        : random.pick(FITTING_TEXTS);
  }
}
