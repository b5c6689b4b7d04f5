import { connect } from 'node:net';
import type { InvokeDenial } from '../../../local/http-api/gateway.ts';
import { createHttpApis, type HttpApis } from '../../../local/http-api/http-apis.ts';
import { startHarness } from '../lambda/harness.ts';

/** A function's code, run by Lambda; or a handler that is run right here. */
export type Code = string | ((event: { routeKey: string; body?: string }) => unknown);

export const ECHO: Code = (event) => event;

export interface Api {
  id: string;
  /** Route key → function. */
  routes: Record<string, Code>;
  api?: object;
  stage?: object;
  timeout?: number;
  functionProperties?: object;
}

const functionArn = (name: string) => `arn:aws:lambda:eu-west-1:000000000000:function:${name}`;

/** HTTP APIs with functions behind them, listening. */
export class TestServer {
  readonly functions = startHarness();
  readonly denials: InvokeDenial[] = [];
  readonly apis: HttpApis;
  url = '';
  mayInvoke: (sourceArn: string) => boolean = () => true;
  readonly #handlers = new Map<string, Exclude<Code, string>>();

  constructor() {
    this.apis = createHttpApis({
      invoke: async (arn, event, signal) => {
        const handler = this.#handlers.get(arn);
        if (handler === undefined) return await this.functions.lambda.invoke(arn, event, signal);
        const outcome = { requestId: 'id', logTail: '' };
        return { ...outcome, payload: JSON.stringify((await handler(JSON.parse(event))) ?? null) };
      },
      mayInvoke: (_function, principal, sourceArn) =>
        principal === 'apigateway.amazonaws.com' && this.mayInvoke(sourceArn),
      onDenied: (denial) => this.denials.push(denial),
      logs: this.functions.logs.store,
    });
  }

  /** The last API is the fallback. */
  async listen(...apis: Api[]): Promise<void> {
    for (const api of apis) this.#define(api);
    this.url = await this.apis.listen(0, apis.at(-1)?.id);
  }

  #define({ id, routes, api, stage, timeout, functionProperties }: Api): void {
    this.apis.defineApi({ logicalId: id, id }, { Name: id, ProtocolType: 'HTTP', ...api });
    for (const [index, [key, code]] of Object.entries(routes).entries()) {
      const isHandler = typeof code !== 'string';
      const name = isHandler ? `${id}${index}` : this.functions.define(code, functionProperties);
      if (isHandler) this.#handlers.set(functionArn(name), code);
      const integration = {
        ApiId: id,
        IntegrationType: 'AWS_PROXY',
        IntegrationUri: functionArn(name),
        PayloadFormatVersion: '2.0',
        ...(timeout !== undefined && { TimeoutInMillis: timeout }),
      };
      this.apis.defineIntegration({ logicalId: name, id: name }, integration);
      const route = { ApiId: id, RouteKey: key, Target: `integrations/${name}` };
      this.apis.defineRoute({ logicalId: key, id: key }, route);
    }
    const properties = { ApiId: id, StageName: '$default', AutoDeploy: true, ...stage };
    this.apis.defineStage({ logicalId: id, id }, properties);
  }

  async json(path: string, init: RequestInit = {}): Promise<{ status: number; body: unknown }> {
    const response = await fetch(this.url + path, init);
    return { status: response.status, body: await response.json() };
  }

  async text(path: string, method = 'GET'): Promise<string> {
    return await (await fetch(this.url + path, { method })).text();
  }

  /** Sends bytes as they are; answers all that came back. */
  async raw(text: string): Promise<string> {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const socket = connect(Number(new URL(this.url).port), '127.0.0.1', () => socket.write(text));
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
    return await promise;
  }

  async close(): Promise<void> {
    await this.apis.close(100);
    await this.functions.close();
  }
}
