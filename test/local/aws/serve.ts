import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AwsError, type AwsRequest, type AwsResponse, type AwsService } from '../../../local/aws/service.ts';

export interface Served {
  endpoint: string;
  /** What any SDK client needs to reach it. */
  client: {
    endpoint: string;
    region: string;
    credentials: { accessKeyId: string; secretAccessKey: string };
    maxAttempts: number;
  };
  /** Requests as the service saw them. */
  seen: AwsRequest[];
  close(): Promise<void>;
}

/** One service on a free loopback port, without the gateway's signatures and permissions. */
export async function serve(service: AwsService): Promise<Served> {
  const seen: AwsRequest[] = [];
  const server = createServer((incoming, outgoing) => {
    const gone = new AbortController();
    outgoing.on('close', () => gone.abort());
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', async () => {
      const [rawPath = '/', query] = (incoming.url ?? '/').split('?');
      const headers = Object.fromEntries(
        Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]),
      );
      const bare = {
        method: incoming.method ?? 'GET',
        path: decodeURIComponent(rawPath),
        query: new URLSearchParams(query),
        headers,
        body: Buffer.concat(chunks),
        signal: gone.signal,
      };
      const answer = await answerOf(service, bare, seen);
      outgoing.writeHead(answer.status, answer.headers).end(incoming.method === 'HEAD' ? '' : answer.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${portOf(server.address())}`;
  return {
    endpoint,
    client: {
      endpoint,
      region: 'eu-west-1',
      credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
      maxAttempts: 1,
    },
    seen,
    async close() {
      await service.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function answerOf(
  service: AwsService,
  bare: Omit<AwsRequest, 'operation'>,
  seen: AwsRequest[],
): Promise<AwsResponse> {
  try {
    const operation = service.operation(bare);
    if (operation === undefined) throw new AwsError('UnknownOperationException', 'no such operation');
    const request = { ...bare, operation };
    seen.push(request);
    return await service.handle(request);
  } catch (error) {
    if (error instanceof AwsError) return service.error(error);
    return service.error(new AwsError('InternalError', String(error), 500));
  }
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
