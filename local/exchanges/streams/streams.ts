/** The WebSocket side of both exchanges: what their clients subscribe to is sent as the market's clock moves on. */

import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { ExchangeName } from '../../../core/market/candle.ts';
import { binanceStreams } from './binance.ts';
import { bybitStreams } from './bybit.ts';
import type { StreamClient, StreamProtocol, World } from './protocol.ts';

export interface Streams {
  /** Breaks every connection to an exchange, as a lost network does. */
  drop(exchange: ExchangeName): void;
  /** Breaks the oldest one alone. */
  dropOne(exchange: ExchangeName): void;
  /** Says goodbye where the exchange does so; its connections end with the next `drop`. */
  announceShutdown(exchange: ExchangeName): void;
  /** Connections that are open. */
  count(exchange: ExchangeName): number;
  close(): void;
}

const PROTOCOLS = [bybitStreams, binanceStreams];
const FIVE_MINUTES = 300_000;
/** A client that has not answered a ping for this long is gone. */
const PONG_WITHIN = 60_000;

interface Connection {
  protocol: StreamProtocol;
  client: StreamClient;
  socket: WebSocket;
  /** Of the process's own clock: limits and pings are about real sockets, whatever time the market has. */
  received: number[];
  pingedAt: number;
  pongedAt: number;
}

/** Serves the streams on `server`; `every` is how often (milliseconds) the passing of time is looked at. */
export function serveStreams(server: Server, world: World, every: number): Streams {
  const sockets = new WebSocketServer({ noServer: true });
  const connections = new Set<Connection>();
  const opened = new Map<ExchangeName, number[]>();

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const url = URL.parse(request.url ?? '/', 'ws://exchanges');
    const protocol = PROTOCOLS.find((known) => url !== null && known.serves(url.pathname));
    if (url === null || protocol === undefined) return refuse(socket, '404 Not Found');
    if (world.faults.refusedConnections.has(protocol.exchange)) return refuse(socket, '503 Service Unavailable');
    if (!admits(protocol, opened)) return refuse(socket, '403 Forbidden');
    sockets.handleUpgrade(request, socket, head, (accepted) => open(protocol, accepted, url));
  });

  function open(protocol: StreamProtocol, socket: WebSocket, url: URL): void {
    const client: StreamClient = {
      send: (text) => world.faults.silent.has(protocol.exchange) || socket.send(text),
      close: (code, reason) => socket.close(code, reason),
      subscriptions: new Map(),
      openedAt: world.now(),
      combined: false,
    };
    const started = performance.now();
    const connection = { protocol, client, socket, received: [], pingedAt: started, pongedAt: started };
    connections.add(connection);
    socket.on('close', () => connections.delete(connection));
    socket.on('error', () => socket.terminate());
    socket.on('pong', () => {
      connection.pongedAt = performance.now();
    });
    socket.on('message', (data) => receive(connection, String(data)));
    protocol.open(client, url, world);
  }

  function receive(connection: Connection, text: string): void {
    const { protocol, client, socket } = connection;
    const now = performance.now();
    connection.received = [...connection.received.filter((time) => now - time < 1000), now];
    if (connection.received.length > (protocol.messagesASecond ?? Number.POSITIVE_INFINITY)) {
      socket.close(1008, 'Too many requests');
    } else {
      protocol.receive(client, text, world);
    }
  }

  function tell(connection: Connection, now: number): void {
    const { protocol, client, socket } = connection;
    if (protocol.lifetime !== undefined && now - client.openedAt >= protocol.lifetime) {
      socket.close(1000, 'Connection lifetime');
      return;
    }
    for (const [topic, from] of client.subscriptions) {
      if (now <= from) continue;
      client.subscriptions.set(topic, now);
      if (world.faults.isSilent(protocol.exchange, topic)) continue;
      const messages = protocol.messages(topic, from, now, world);
      for (const message of world.faults.applied(topic, messages)) {
        client.send(protocol.wrapped(client, topic, message));
      }
    }
    ping(connection, performance.now(), world);
  }

  const timer = setInterval(() => {
    const now = world.now();
    for (const connection of connections) tell(connection, now);
  }, every);

  const of = (exchange: ExchangeName) => [...connections].filter(({ protocol }) => protocol.exchange === exchange);
  return {
    drop(exchange) {
      for (const { socket } of of(exchange)) socket.terminate();
    },
    dropOne(exchange) {
      of(exchange)[0]?.socket.terminate();
    },
    announceShutdown(exchange) {
      for (const { protocol, client } of of(exchange)) {
        const message = protocol.farewell(world.now());
        if (message !== undefined) client.send(message);
      }
    },
    count: (exchange) => of(exchange).length,
    close() {
      clearInterval(timer);
      for (const { socket } of connections) socket.terminate();
      sockets.close();
    },
  };
}

function ping(connection: Connection, now: number, { faults }: World): void {
  const { protocol, socket } = connection;
  if (protocol.pingEvery === undefined || faults.silent.has(protocol.exchange)) return;
  if (now - connection.pingedAt < protocol.pingEvery) return;
  if (now - connection.pongedAt > PONG_WITHIN + protocol.pingEvery) {
    socket.terminate();
    return;
  }
  connection.pingedAt = now;
  socket.ping(String(Math.round(now)));
}

function admits(protocol: StreamProtocol, opened: Map<ExchangeName, number[]>): boolean {
  const now = performance.now();
  const recent = (opened.get(protocol.exchange) ?? []).filter((time) => now - time < FIVE_MINUTES);
  opened.set(protocol.exchange, [...recent, now]);
  return recent.length < protocol.connections;
}

function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
