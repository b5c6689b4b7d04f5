import { createServer } from 'node:net';

export interface Ports {
  api: number;
  webSocket: number;
  /** All AWS services. */
  aws: number;
  exchanges: number;
  tradingView: number;
}

/** So many, in a row. */
const COUNT = 5;
/** Below those from which systems take one for each connection: a free one of these may be taken before it is used. */
const LOWEST = 10_000;
const HIGHEST = 32_000;

/** The ports of a run, from the first one on; 0 takes free ones. @throws Error where somebody listens there */
export async function claimPorts(port: number): Promise<Ports> {
  const api = port === 0 ? await firstFreePort() : port;
  for (let offset = 0; offset < COUNT; offset += 1) {
    const taken = await whyTaken(api + offset);
    if (taken) throw new Error(`Port ${api + offset} can't be used; is Vigía running already? (${taken})`);
  }
  return { api, webSocket: api + 1, aws: api + 2, exchanges: api + 3, tradingView: api + 4 };
}

/** The first of as many free ports as a run takes. */
export async function firstFreePort(): Promise<number> {
  for (;;) {
    const first = LOWEST + COUNT * Math.floor(Math.random() * ((HIGHEST - LOWEST) / COUNT));
    const row = await Promise.all(Array.from({ length: COUNT }, (_, offset) => whyTaken(first + offset)));
    if (row.every((taken) => taken === undefined)) return first;
  }
}

function whyTaken(port: number): Promise<string | undefined> {
  const probe = createServer();
  return new Promise((resolve) => {
    probe.once('error', (error) => resolve(error.message));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(undefined)));
  });
}
