import { z } from 'zod';

/** What goes back over the socket. */
export interface HttpResponse {
  status: number;
  /** Names in lower case. */
  headers: Record<string, string | string[]>;
  body: Buffer;
}

const token = /^[!#$%&'*+.^_`|~\w-]+$/;
const structured = z.object({
  statusCode: z.coerce.number().int().min(200).max(599),
  headers: z.record(z.string().regex(token), z.union([z.string(), z.number(), z.boolean()])).nullish(),
  cookies: z.array(z.string()).nullish(),
  body: z.string().nullish(),
  isBase64Encoded: z.boolean().nullish(),
});

/** The gateway sets these itself. */
const OWN_HEADERS = new Set(['connection', 'content-length', 'keep-alive', 'transfer-encoding', 'upgrade']);

/** The gateway's own answer: `{"message": "Not Found"}`. */
export function gatewayResponse(status: number, message: string): HttpResponse {
  return {
    status,
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify({ message })),
  };
}

/**
 * The response that a function's answer stands for, or undefined where it is malformed (the client then gets a 500).
 * An answer without `statusCode` is the body of a 200.
 * Source: API Gateway guide, "Create AWS Lambda proxy integrations for HTTP APIs", Lambda function response for format 2.0.
 * @param payload the function's answer as JSON
 */
export function functionResponse(payload: string): HttpResponse | undefined {
  const value: unknown = JSON.parse(payload);
  if (typeof value !== 'object' || value === null || !('statusCode' in value)) {
    const body = typeof value === 'string' ? value : payload;
    return { status: 200, headers: { 'content-type': 'application/json' }, body: Buffer.from(body) };
  }
  const read = structured.safeParse(value);
  if (!read.success) return undefined;
  const { statusCode, headers, cookies, body, isBase64Encoded } = read.data;
  const own: Record<string, string | string[]> = {};
  for (const [name, text] of Object.entries(headers ?? {})) own[name.toLowerCase()] = String(text);
  if (Object.values(own).some((text) => /[^\t\x20-\x7e\x80-\xff]/.test(String(text)))) return undefined;
  for (const name of OWN_HEADERS) delete own[name];
  if (cookies && cookies.length > 0) own['set-cookie'] = cookies;
  const bytes = Buffer.from(body ?? '', isBase64Encoded === true ? 'base64' : 'utf8');
  if (bytes.length > 0) own['content-type'] ??= 'text/plain;charset=UTF-8';
  return { status: statusCode, headers: own, body: bytes };
}
