/**
 * A stand-in for TradingView's chart pages: the same addresses, the same look, the same object by which a page tells
 * its state, over candles of the local market. It can also misbehave as real pages do.
 */

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { fetchBars } from './candles.ts';
import { type ChartDefinition, DEMO_CHART, resolveSymbol, timeframeOf } from './charts.ts';
import { type Asker, notFoundPage, notSharedPage, signInPage } from './message-page.ts';
import { type AssetPaths, chartPage } from './page.ts';

export interface TradingViewOptions {
  /** 0 takes a free port. */
  port: number;
  /** Origin of an exchange's REST in Binance's shape, for instance `http://127.0.0.1:8002`. */
  marketUrl: string;
  /** Whether that market is the replay market; the picture then says so. Default true. */
  replay?: boolean;
  /** Shown beside the demo chart. */
  charts?: readonly ChartDefinition[];
}

export interface TradingView {
  /** Origin, without a trailing slash. */
  url: string;
  /** Adds a chart or replaces the one of that id. */
  define(chart: ChartDefinition): void;
  /** The session counts no more, on any page. */
  expire(sessionid: string): void;
  visitsWith(sessionid: string): Visits;
  /** How often a page saved its chart, as pages do by themselves when a signed-in user changes one. */
  saves(): number;
  close(): Promise<void>;
}

/** What was seen of one session. */
export interface Visits {
  /** Chart pages that were asked for. */
  pages: number;
  /** Data connections that were open at once, at most. */
  connections: number;
}

const BARS = 500;
const NEWEST_BARS = 2;

/** Starts the server on 127.0.0.1. Rejects when the port is taken. */
export async function createTradingView(options: TradingViewOptions): Promise<TradingView> {
  const charts = new Map([DEMO_CHART, ...(options.charts ?? [])].map((chart) => [chart.id, chart]));
  const assets = await loadAssets();
  const replay = options.replay ?? true;

  let saves = 0;
  const expired = new Set<string>();
  const visits = new Map<string, Visits & { open: number }>();
  const visitsWith = (sessionid: string) => visits.get(sessionid) ?? { pages: 0, connections: 0, open: 0 };

  const answer = async (request: IncomingMessage, response: ServerResponse, target: URL): Promise<void> => {
    const asset = assets.byPath.get(target.pathname);
    if (asset) return send(response, 200, asset.type, asset.body, 'public, max-age=31536000, immutable');

    const [, part = '', id = '', rest = ''] = target.pathname.split('/');
    if (part === 'savechart' && request.method === 'POST') {
      saves += 1;
      return send(response, 200, JSON_TYPE, '{}');
    }
    const isRoot = part === 'chart' && id === '';
    const chart = isRoot ? DEMO_CHART : (charts.get(id) ?? charts.get(chartOfNext(target)));
    if (part === 'bars' && chart) return answerBars(response, target.searchParams);

    const sessionid = sessionOf(request);
    if (part === 'connection') return connect(response, sessionid);
    const asker = askerOf(sessionid, chart);
    if (part === 'accounts' && id === 'signin') return send(response, 200, HTML, signInPage(asker, assets.paths));
    const seen = visitsWith(sessionid);
    visits.set(sessionid, { ...seen, pages: seen.pages + 1 });
    if (part !== 'chart' || rest !== '' || !chart) return send(response, 404, HTML, notFoundPage(asker, assets.paths));
    return answerChart(response, chart, asker);
  };

  const askerOf = (sessionid: string, chart: ChartDefinition | undefined): Asker => ({
    language: chart?.language ?? 'en',
    signedIn: sessionid !== '' && !expired.has(sessionid) && chart?.sessionExpired !== true,
  });

  const answerChart = (response: ServerResponse, chart: ChartDefinition, asker: Asker): void => {
    if (chart.access === 'nobody' || (chart.access === 'owner' && !asker.signedIn)) {
      send(response, 403, HTML, notSharedPage(asker, assets.paths));
    } else if (chart.access === 'sign-in' && !asker.signedIn) {
      response.writeHead(302, { location: `/accounts/signin/?next=/chart/${chart.id}/` }).end();
    } else {
      send(response, 200, HTML, chartPage(chart, { signedIn: asker.signedIn, replay }, assets.paths));
    }
  };

  /** A page's data connection: it lasts as long as the page does. */
  const connect = (response: ServerResponse, sessionid: string): void => {
    const count = (change: number) => {
      const seen = visitsWith(sessionid);
      const open = seen.open + change;
      visits.set(sessionid, { ...seen, open, connections: Math.max(seen.connections, open) });
    };
    count(1);
    response.once('close', () => count(-1));
    response.writeHead(200, { 'content-type': JSON_TYPE, 'cache-control': 'no-store' }).flushHeaders();
  };

  const answerBars = async (response: ServerResponse, query: URLSearchParams): Promise<void> => {
    const symbol = resolveSymbol(query.get('symbol') ?? '');
    const interval = timeframeOf(query.get('resolution') ?? '');
    const limit = query.has('newest') ? NEWEST_BARS : BARS;
    const answered =
      symbol && interval && (await fetchBars(options.marketUrl, { symbol: symbol.market, interval }, limit));
    if (!symbol || !answered) return send(response, 404, JSON_TYPE, JSON.stringify({ error: 'No such symbol.' }));
    return send(response, 200, JSON_TYPE, JSON.stringify({ symbol: symbol.full, ...answered }));
  };

  const server = createServer((request, response) => {
    answer(request, response, new URL(request.url ?? '/', 'http://localhost')).catch((error: unknown) => {
      console.error('TradingView stand-in:', error);
      send(response, 502, JSON_TYPE, JSON.stringify({ error: 'The market does not answer.' }));
    });
  });
  const port = await listen(server, options.port);
  return {
    url: `http://127.0.0.1:${port}`,
    define: (chart) => {
      charts.set(chart.id, chart);
    },
    expire: (sessionid) => {
      expired.add(sessionid);
    },
    visitsWith: (sessionid) => {
      const { pages, connections } = visitsWith(sessionid);
      return { pages, connections };
    },
    saves: () => saves,
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** Empty where none was sent. */
function sessionOf({ headers }: IncomingMessage): string {
  return /(?:^|; )sessionid=([^;]+)/.exec(headers.cookie ?? '')?.[1] ?? '';
}

/** The chart from which somebody was sent to sign in. */
function chartOfNext({ searchParams }: URL): string {
  return searchParams.get('next')?.split('/')[2] ?? '';
}

const HTML = 'text/html; charset=utf-8';
const JSON_TYPE = 'application/json';

interface Asset {
  type: string;
  body: Buffer;
}

/** The page's own files, under paths that change with their content. */
async function loadAssets(): Promise<{ byPath: Map<string, Asset>; paths: AssetPaths }> {
  const byPath = new Map<string, Asset>();
  const load = async (file: URL, type: string): Promise<string> => {
    const body = await readFile(file);
    const name = fileURLToPath(file).split('/').at(-1);
    const path = `/static/${createHash('sha256').update(body).digest('hex').slice(0, 16)}/${name}`;
    byPath.set(path, { type, body });
    return path;
  };
  const library = new URL('./lightweight-charts.standalone.production.js', import.meta.resolve('lightweight-charts'));
  const [charts, covers, script, style] = await Promise.all([
    load(library, 'text/javascript'),
    load(new URL('./page/covers.js', import.meta.url), 'text/javascript'),
    load(new URL('./page/chart-page.js', import.meta.url), 'text/javascript'),
    load(new URL('./page/chart-page.css', import.meta.url), 'text/css'),
  ]);
  return { byPath, paths: { charts, covers, script, style } };
}

function send(response: ServerResponse, status: number, type: string, body: string | Buffer, cache = 'no-store'): void {
  response.writeHead(status, { 'content-type': type, 'cache-control': cache }).end(body);
}

function listen(server: ReturnType<typeof createServer>, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const address: AddressInfo | string | null = server.address();
      if (address === null || typeof address === 'string') reject(new Error('The server has no port'));
      else resolve(address.port);
    });
  });
}
