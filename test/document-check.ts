import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { z } from 'zod';

/** Holds what the API answers to its OpenAPI document. */

export interface Exchange {
  method: string;
  /** As it was sent, with or without a query. */
  path: string;
  status: number;
  headers: Headers;
  body: string;
}

const METHODS = ['get', 'post', 'patch', 'put', 'delete'];
const responseSchema = z.object({
  headers: z.record(z.string(), z.object({ $ref: z.string() })).default({}),
  content: z.record(z.string(), z.unknown()).optional(),
});
type Response = z.output<typeof responseSchema>;
const operationSchema = z.object({
  responses: z.record(z.string(), z.union([z.object({ $ref: z.string() }), responseSchema])),
});
const documentSchema = z.object({
  paths: z.record(z.string(), z.record(z.string(), z.unknown())),
  components: z.object({
    headers: z.record(z.string(), z.object({ required: z.boolean().optional() })),
    responses: z.record(z.string(), responseSchema),
  }),
});

/** API Gateway's own answers: no operation can tell of them, so `info.description` does. */
const GATEWAY_STATUSES = [400, 413, 429, 431, 500, 503];
const gatewayAnswer = z.strictObject({ message: z.string() });

/** What is answered where the document has no operation. */
const noOperation = z.strictObject({
  error: z.string(),
  code: z.string(),
  request_id: z.string(),
  allow: z.array(z.string()).optional(),
});

export class DocumentCheck {
  readonly #document: z.output<typeof documentSchema>;
  readonly #paths: { template: string; pattern: RegExp; methods: string[] }[];
  readonly #validators = new Map<string, ValidateFunction>();
  readonly #ajv = new Ajv2020({ strict: false, allErrors: true });

  /** @param document as `GET /openapi.json` answers it */
  constructor(document: object) {
    this.#document = documentSchema.parse(document);
    addFormats.default(this.#ajv);
    this.#ajv.addSchema(document, 'document', false, false);
    this.#paths = Object.entries(this.#document.paths)
      .map(([template, item]) => ({
        template,
        pattern: new RegExp(`^${template.replaceAll('.', '\\.').replaceAll(/\{[^}]+\}/g, '[^/]+')}/?$`),
        methods: METHODS.filter((method) => item[method] !== undefined),
      }))
      // A path without parameters is the better match.
      .sort((one, other) => one.template.split('{').length - other.template.split('{').length);
  }

  /** In a sentence what of the answer is not as the document has it; undefined where all is. */
  problem(exchange: Exchange): string | undefined {
    const { method, path, status, body } = exchange;
    const found = this.#problem(exchange);
    return found && `${method} ${path} answered ${status}: ${found}\n${body.slice(0, 2000)}`;
  }

  #problem({ method, path, status, headers, body }: Exchange): string | undefined {
    const pathname = decodePath(path);
    const known = pathname === undefined ? undefined : this.#paths.find(({ pattern }) => pattern.test(pathname));
    const name = method.toLowerCase();
    if (!headers.has('x-request-id')) return gatewayProblem(method, status, body);
    if (isPreflight(name, status, body)) return undefined;
    if (!known?.methods.includes(name)) return noOperationProblem(status, headers, body, known?.methods);
    const { template } = known;
    const { responses } = operationSchema.parse(this.#document.paths[template]?.[name]);
    const declared = responses[status];
    if (declared === undefined) return 'the document does not know the status';
    if ('$ref' in declared) {
      const { $ref } = declared;
      const shared = this.#document.components.responses[lastPart($ref)];
      return shared ? this.#responseProblem(shared, $ref, headers, body) : `${$ref} is not in the document`;
    }
    const pointer = `#/paths/${escapePointer(template)}/${name}/responses/${status}`;
    return this.#responseProblem(declared, pointer, headers, body);
  }

  #responseProblem(declared: Response, pointer: string, headers: Headers, body: string): string | undefined {
    const missing = Object.entries(declared.headers).find(
      ([name, { $ref }]) => this.#document.components.headers[lastPart($ref)]?.required && !headers.has(name),
    );
    if (missing) return `the header ${missing[0]} is missing`;
    if (!declared.content) return body === '' ? undefined : 'the document knows no body';
    const type = (headers.get('content-type') ?? '').split(';')[0] ?? '';
    if (!(type in declared.content)) return `the document does not know the content type ${type}`;
    if (type !== 'application/json') return undefined;
    const validate = this.#validator(`${pointer}/content/${escapePointer(type)}/schema`);
    if (validate(asJson(body))) return undefined;
    // With the parameters: ajv's sentences leave out which property is too much.
    return validate.errors?.map((it) => `${it.instancePath} ${it.message} ${JSON.stringify(it.params)}`).join('; ');
  }

  #validator(pointer: string): ValidateFunction {
    const validate = this.#validators.get(pointer) ?? this.#ajv.compile({ $ref: `document${pointer}` });
    this.#validators.set(pointer, validate);
    return validate;
  }
}

/** The answer to a browser that asks before it calls from another origin. */
function isPreflight(method: string, status: number, body: string): boolean {
  return method === 'options' && status === 204 && body === '';
}

function gatewayProblem(method: string, status: number, body: string): string | undefined {
  if (!GATEWAY_STATUSES.includes(status)) return 'the header x-request-id is missing';
  return method === 'HEAD' || gatewayAnswer.safeParse(asJson(body)).success
    ? undefined
    : 'not an answer of the gateway';
}

function noOperationProblem(status: number, headers: Headers, body: string, methods: string[] | undefined) {
  const [expectedStatus, code] = methods ? [405, 'method_not_allowed'] : [404, 'not_found'];
  if (status !== expectedStatus) return `the document has no such operation: it should be ${expectedStatus}`;
  const allow = (headers.get('allow') ?? '').toLowerCase().split(', ');
  if (methods && allow.sort().join() !== methods.sort().join()) return `it should allow ${methods}`;
  if (body === '') return undefined;
  return noOperation.safeParse(asJson(body)).data?.code === code ? undefined : `the code should be ${code}`;
}

/** Undefined, which no schema takes, where it is none. */
function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** As API Gateway decodes it before it routes. */
function decodePath(path: string): string | undefined {
  try {
    return decodeURIComponent(path.split('?')[0] ?? '').split('?')[0];
  } catch {
    return undefined;
  }
}

function lastPart(ref: string): string {
  return ref.slice(ref.lastIndexOf('/') + 1);
}

/** A part of a JSON pointer in a URI's fragment (RFC 6901, 3 and 6). */
function escapePointer(part: string): string {
  return encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'));
}
