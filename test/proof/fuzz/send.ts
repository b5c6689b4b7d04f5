import { Agent, request as httpRequest } from 'node:http';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Exchange } from '../../document-check.ts';

/** A request as it goes over the wire: nothing of it is put right on the way, as `fetch` would. */
export interface WireRequest {
  method: string;
  /** With the query, percent-encoded or not. */
  target: string;
  headers: [name: string, value: string][];
  body: Buffer | undefined;
}

const TIMEOUT_MS = 35_000;

export class Wire {
  readonly #origin: URL;
  readonly #agent: Agent;

  constructor(origin: string, connections: number) {
    this.#origin = new URL(origin);
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections });
  }

  /** Rejects where no answer comes. */
  async send({ method, target, headers, body }: WireRequest): Promise<Exchange> {
    const { promise, resolve, reject } = Promise.withResolvers<Exchange>();
    const request = httpRequest({
      agent: this.#agent,
      host: this.#origin.hostname,
      port: this.#origin.port,
      method,
      path: target,
      timeout: TIMEOUT_MS,
    });
    // Node sends no length with a GET, whose body would then be read as the next request.
    if (body) request.setHeader('content-length', body.length);
    for (const [name, value] of headers) request.appendHeader(name, value);
    request.on('timeout', () => request.destroy(new Error(`no answer within ${TIMEOUT_MS} ms`)));
    request.on('error', reject);
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const answered = new Headers();
        for (const [name, values = []] of Object.entries(response.headersDistinct)) {
          for (const value of values) answered.append(name, value);
        }
        const status = response.statusCode ?? 0;
        const bytes = Buffer.concat(chunks);
        const body = answered.get('content-encoding') === 'gzip' ? gunzipSync(bytes) : bytes;
        resolve({ method, path: target, status, headers: answered, body: body.toString() });
      });
    });
    request.end(body);
    return promise;
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** The request as a command line, for a shell in UTF-8. */
export function curl(origin: string, { method, target, headers, body }: WireRequest): string {
  const quote = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;
  const parts = ['curl -isg --path-as-is', `-X ${method}`, quote(`${origin}${target}`)];
  for (const [name, value] of headers) parts.push('-H', quote(value === '' ? `${name};` : `${name}: ${value}`));
  if (!body) return parts.join(' ');
  const text = body.toString();
  const isPlain = body.length < 2000 && Buffer.from(text).equals(body) && !/[\0\r\n]/.test(text);
  if (isPlain) return `${parts.join(' ')} --data-binary ${quote(text)}`;
  return `base64 -d <<< ${gzipSync(body).toString('base64')} | gunzip | ${parts.join(' ')} --data-binary @-`;
}
