import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';

/** Stands in for Telegram, Discord and users' own servers: keeps what it is sent, and answers as it is told. */

export interface Received {
  path: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
  /** Epoch milliseconds. */
  at: number;
}

export interface Receiver {
  url: string;
  received: Received[];
  /** Those whose path contains the text. */
  of(text: string): Received[];
  close(): Promise<void>;
}

/** What is done with a request; by default it is answered with 200. */
export type Behaviour = (request: Received, response: ServerResponse) => void;

export async function startReceiver(behave: Behaviour = (_, response) => response.end('{"ok":true}')) {
  const received: Received[] = [];
  const server = createServer(async (incoming, response) => {
    const body = await buffer(incoming);
    const request = { path: incoming.url ?? '', headers: incoming.headers, body, at: Date.now() };
    received.push(request);
    behave(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('The receiver has no port');
  const receiver: Receiver = {
    url: `http://127.0.0.1:${address.port}`,
    received,
    of: (text) => received.filter(({ path }) => path.includes(text)),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return receiver;
}

/** The parts of a multipart body by their names. */
export async function formOf({ headers, body }: Received): Promise<FormData> {
  return new Response(new Uint8Array(body), { headers: { 'content-type': headers['content-type'] ?? '' } }).formData();
}
