import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it, test } from 'vitest';
import { judge } from '../../../lambdas/notify/judge.ts';
import { guarded, type Network, post, send } from '../../../lambdas/notify/post.ts';

/** What a message may reach, tried against servers on this machine that must not hear of it. */

const MESSAGE = { headers: { 'content-type': 'text/plain' }, body: 'hello' };
const NAME = 'hooks.example.com';

/** What came to each server, with the `Host` that it came for. */
let heard: { address: string; host: string | undefined }[];
let connections: number;
let behave: (response: ServerResponse) => void;
const servers: Server[] = [];
let port: number;

beforeAll(async () => {
  // One port on two addresses: `.2` plays the public one, `.1` the one inside.
  port = await listen('127.0.0.2', 0);
  await listen('127.0.0.1', port);
});
beforeEach(() => {
  heard = [];
  connections = 0;
  behave = (response) => response.end('ok');
});
afterAll(async () => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

async function listen(address: string, at: number): Promise<number> {
  const server = createServer((incoming, response) => {
    incoming.resume();
    heard.push({ address, host: incoming.headers.host });
    behave(response);
  });
  server.on('connection', () => {
    connections += 1;
  });
  server.listen(at, address);
  await once(server, 'listening');
  servers.push(server);
  return (server.address() as AddressInfo).port;
}

/** @param answers of the resolver, in turn; the last one stays */
function network(answers: string[][], milliseconds = 5000): Network & { asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    resolve: async (hostname) => {
      const found = answers[Math.min(asked.length, answers.length - 1)] ?? [];
      asked.push(hostname);
      return found.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
    },
    mayReach: (address) => address === '127.0.0.2',
    milliseconds,
  };
}

/** As `post` does, on a port that a test may have. */
function sendTo(through: Network) {
  const signal = AbortSignal.timeout(through.milliseconds);
  return send(new URL(`http://${NAME}:${port}/`), MESSAGE, { signal, lookup: guarded(through) });
}

describe('the connection', () => {
  test('goes to the address that was looked at, under the name', async () => {
    const through = network([['127.0.0.2']]);
    expect(await sendTo(through)).toMatchObject({ status: 200, text: 'ok' });
    expect(heard).toEqual([{ address: '127.0.0.2', host: `${NAME}:${port}` }]);
    expect(through.asked).toEqual([NAME]);
  });

  test('does not care what the name resolves to a moment later', async () => {
    const through = network([['127.0.0.2'], ['127.0.0.1']]);
    await sendTo(through);
    expect(heard.map(({ address }) => address)).toEqual(['127.0.0.2']);
    // The next message is looked at anew, and goes over a connection of its own.
    await expect(sendTo(through)).rejects.toMatchObject({ reason: 'address_refused', retryable: false });
    expect([heard.length, connections]).toEqual([1, 1]);
  });

  test.each([[['127.0.0.1']], [['127.0.0.2', '127.0.0.1']], [['127.0.0.1', '127.0.0.2']], [[]]])(
    'is not made where the name is %j',
    async (addresses) => {
      await expect(sendTo(network([addresses]))).rejects.toMatchObject({ reason: 'address_refused' });
      expect(connections).toBe(0);
    },
  );

  test('would be made without the bounds', async () => {
    const through = { ...network([['127.0.0.1']]), mayReach: () => true };
    expect(await sendTo(through)).toMatchObject({ status: 200 });
    expect(heard).toMatchObject([{ address: '127.0.0.1' }]);
  });

  test('speaks TLS for the name, and believes no other', async () => {
    const { promise: hello, resolve } = Promise.withResolvers<string>();
    const server = createTcpServer((socket) => {
      socket.once('data', (data) => {
        resolve(data.toString('latin1'));
        socket.end('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n');
      });
    }).listen(0, '127.0.0.2');
    await once(server, 'listening');
    const url = new URL(`https://${NAME}:${(server.address() as AddressInfo).port}/`);
    const sent = send(url, MESSAGE, { lookup: guarded(network([['127.0.0.2']])) });
    await expect(sent).rejects.toThrow();
    const first = await hello;
    // A handshake record with the server's name; nothing of the message before there is a certificate.
    expect(first.charCodeAt(0)).toBe(22);
    expect(first).toContain(NAME);
    expect(first).not.toContain('hello');
    server.close();
  });
});

describe('post', () => {
  const nobody = { ...network([]), resolve: () => Promise.reject(new Error('must not be asked')) };

  it.each([
    'http://hooks.example.com/',
    'https://hooks.example.com:8443/',
    'https://user:secret@hooks.example.com/',
    'https://127.0.0.1/',
    'https://2130706433/',
    'https://0x7f.1/',
    'https://017700000001/',
    'https://localhost/',
    'https://[::1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://169.254.169.254/latest/meta-data/',
    'https://10.0.0.1/',
    'https://db.internal/',
    'file:///etc/passwd',
    'not an address',
  ])('refuses %s before it asks for a name', async (url) => {
    await expect(post({ url, allowLoopback: false }, MESSAGE, nobody)).rejects.toMatchObject({
      reason: 'address_refused',
      retryable: false,
    });
  });

  const INSIDE = [
    ...['127.0.0.1', '127.8.8.8', '0.0.0.0', '10.1.2.3', '172.20.0.1', '192.168.1.1', '100.100.100.200'],
    ...['169.254.169.254', '224.0.0.1', '255.255.255.255', '::1', '::', 'fe80::1', 'fd00:ec2::254', 'ff02::1'],
    ...[
      '::ffff:127.0.0.1',
      '::ffff:a9fe:a9fe',
      '::127.0.0.1',
      '64:ff9b::a9fe:a9fe',
      '2002:7f00:1::',
      '2001:0:7f00:1::',
    ],
  ];
  it.each(INSIDE)('refuses a public name that leads to %s', async (address) => {
    const resolve = async () => [{ address, family: address.includes(':') ? 6 : 4 }];
    const internet = { resolve, mayReach: (await publicAddresses()).isPublicAddress, milliseconds: 5000 };
    await expect(post({ url: `https://${NAME}/`, allowLoopback: true }, MESSAGE, internet)).rejects.toMatchObject({
      reason: 'address_refused',
    });
  });
  const publicAddresses = () => import('../../../core/http/public-host.ts');

  it('takes a loopback name of the real resolver for what it is', async () => {
    const { isPublicAddress } = await publicAddresses();
    const { lookup } = await import('node:dns/promises');
    const internet = {
      resolve: () => lookup('localhost', { all: true }),
      mayReach: isPublicAddress,
      milliseconds: 5000,
    };
    await expect(post({ url: `https://${NAME}/`, allowLoopback: true }, MESSAGE, internet)).rejects.toMatchObject({
      reason: 'address_refused',
    });
  });

  it('refuses this machine unless it is allowed', async () => {
    const url = `http://127.0.0.1:${port}/`;
    await expect(post({ url, allowLoopback: false }, MESSAGE, nobody)).rejects.toMatchObject({
      reason: 'address_refused',
    });
    await expect(post({ url: `http://127.0.0.2:${port}/`, allowLoopback: true }, MESSAGE, nobody)).rejects.toThrow();
    expect(connections).toBe(0);
    expect(await post({ url, allowLoopback: true }, MESSAGE, nobody)).toMatchObject({ status: 200 });
  });
});

describe('an answer', () => {
  const here = (milliseconds: number) =>
    post({ url: `http://127.0.0.1:${port}/`, allowLoopback: true }, MESSAGE, { ...network([]), milliseconds });

  it('that sends elsewhere is not followed, and is no success', async () => {
    behave = (response) => response.writeHead(307, { location: `http://127.0.0.2:${port}/` }).end();
    const answer = await here(5000);
    expect(answer.status).toBe(307);
    expect(() => judge(answer, 0)).toThrow(expect.objectContaining({ reason: 'status_307', retryable: false }));
    expect(heard).toMatchObject([{ address: '127.0.0.1' }]);
  });

  it.each([
    ['never comes', () => {}],
    ['ends in the middle', (response: ServerResponse) => response.writeHead(200).write('a')],
    [
      'trickles',
      (response: ServerResponse) => {
        const timer = setInterval(() => response.write('a'), 20);
        response.on('close', () => clearInterval(timer));
      },
    ],
  ])('that %s is not waited for', async (_, how) => {
    behave = how;
    await expect(here(300)).rejects.toMatchObject({ reason: 'timeout', retryable: true });
  });

  it('is not waited for by name either', async () => {
    const through = { ...network([], 100), resolve: () => new Promise<never>(() => {}) };
    await expect(post({ url: `https://${NAME}/`, allowLoopback: true }, MESSAGE, through)).rejects.toMatchObject({
      reason: 'timeout',
    });
  });

  it('without an end is read for a while', async () => {
    behave = (response) => {
      const more = () => {
        while (response.write('x'.repeat(16_384)));
      };
      response.on('drain', more);
      more();
    };
    expect((await here(20_000)).text).toHaveLength(64 * 1024);
  });

  it('of a connection that breaks off is none', async () => {
    behave = (response) => (response.socket as Socket).destroy();
    await expect(here(5000)).rejects.toMatchObject({ reason: 'unreachable', retryable: true });
  });

  it('of a name that does not exist is none', async () => {
    const through = { ...network([]), resolve: () => Promise.reject(new Error('ENOTFOUND')) };
    await expect(post({ url: `https://${NAME}/`, allowLoopback: true }, MESSAGE, through)).rejects.toMatchObject({
      reason: 'unreachable',
      retryable: true,
    });
  });
});
