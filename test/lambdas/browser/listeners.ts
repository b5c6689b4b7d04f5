/** Servers on 127.0.0.1 for a hostile page: its own, and those that it must not reach. */

import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTcpServer, type Server } from 'node:net';
import type { Targets } from './hostile-page.ts';

export interface Forbidden {
  ports: Targets;
  /** The paths that were asked for, and the names of ports that were connected or sent to, each once. */
  reached(): string[];
  forget(): void;
  close(): Promise<void>;
}

export async function createForbidden(): Promise<Forbidden> {
  const reached = new Set<string>();
  const http = createServer((request, response) => {
    reached.add(pathOf(request));
    response.writeHead(200, { 'content-type': 'text/html', 'access-control-allow-origin': '*' }).end('private');
  });
  http.on('upgrade', (request, socket) => {
    reached.add(pathOf(request));
    socket.destroy();
  });
  const counted = (name: string) =>
    createTcpServer((socket) => {
      reached.add(name);
      socket.on('error', () => undefined).destroy();
    });
  const [preconnect, turn] = [counted('preconnect'), counted('turn')];
  const stun = createSocket('udp4', () => reached.add('stun'));
  stun.bind(0, '127.0.0.1');
  await once(stun, 'listening');
  return {
    ports: {
      http: await listen(http),
      preconnect: await listen(preconnect),
      turn: await listen(turn),
      stun: stun.address().port,
    },
    reached: () => [...reached].toSorted(),
    forget: () => reached.clear(),
    close: async () => {
      stun.close();
      http.closeAllConnections();
      await Promise.all([http, preconnect, turn].map((server) => new Promise((resolve) => server.close(resolve))));
    },
  };
}

export interface Pages {
  url: string;
  /** What pages reported, by the path of the page. */
  reports: Map<string, { cookie: string; body: unknown }>;
  close(): Promise<void>;
}

/** The server of hostile pages, under `/chart/<id>/`; `pageOf` answers their HTML. */
export async function createPages(pageOf: (id: string) => string, forbiddenPort: number): Promise<Pages> {
  const reports: Pages['reports'] = new Map();
  const away = `http://127.0.0.1:${forbiddenPort}`;
  const answer = (request: IncomingMessage, response: ServerResponse, body: string): void => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const [, part, id = ''] = pathname.split('/');
    if (part === 'redirect') {
      response.writeHead(302, { location: `${away}/${searchParams.get('to')}` }).end();
    } else if (part === 'service-worker.js') {
      const script = `fetch('${away}/service-worker', { mode: 'no-cors' });`;
      response.writeHead(200, { 'content-type': 'text/javascript' }).end(script);
    } else {
      if (part === 'report') {
        reports.set(`/${id}/${pathname.split('/')[3]}`, {
          cookie: request.headers.cookie ?? '',
          body: JSON.parse(body),
        });
      }
      const headers = {
        'content-type': 'text/html',
        'reporting-endpoints': `default="${away}/report"`,
        'content-security-policy-report-only': `connect-src 'none'; report-uri ${away}/report`,
      };
      response.writeHead(200, headers).end(part === 'chart' ? pageOf(id) : '');
    }
  };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => answer(request, response, Buffer.concat(chunks).toString()));
  });
  return {
    url: `http://127.0.0.1:${await listen(server)}`,
    reports,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const pathOf = (request: IncomingMessage) => decodeURIComponent((request.url ?? '').slice(1));

function listen(server: Server | ReturnType<typeof createServer>): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (address === null || typeof address === 'string') reject(new Error('The server has no port'));
      else resolve(address.port);
    });
  });
}
