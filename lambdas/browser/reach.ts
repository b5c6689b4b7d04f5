import { isPublicName } from '../../core/http/public-host.ts';

/**
 * What the browser may reach: the chart pages' origin and their asset hosts, nothing else. It is enforced twice.
 * Every request of a page is asked here (addresses, ports, redirects); and since interception sees no WebSocket and
 * no prefetch, Chromium itself resolves no other host, by `--host-resolver-rules`.
 */

export interface Reach {
  /** Origin of the chart pages. */
  readonly origin: string;
  /** The value of Chromium's `--host-resolver-rules`. */
  readonly resolverRules: string;
  /** Whether a page may make a request of this address and method. */
  allows(address: string, method: string): boolean;
}

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

const READING = new Set(['GET', 'HEAD', 'OPTIONS']);
/** `/savechart/`, `/savesettings/`. Other posts a page needs to get its data. */
const SAVING_PATH = /^\/save/;
const SAVING_HOST = /^charts-storage\./;

/** Addresses without a host of their own: their content is already in the page. */
const INLINE = new Set(['about:', 'blob:', 'data:']);

/**
 * Throws when the configuration itself would open a way inside: an address that is neither https nor this machine's
 * own, an IP address, a private name, a pattern with a path or a port.
 */
export function reachOf(tradingViewUrl: string, assetHosts: readonly string[]): Reach {
  const pages = new URL(tradingViewUrl);
  const local = LOOPBACK.has(pages.hostname);
  if (!local && (pages.protocol !== 'https:' || !isPublicHost(pages.hostname))) {
    throw new Error(`Chart pages must be https on a public host, or on this machine: ${tradingViewUrl}`);
  }
  if (local && pages.protocol !== 'http:') throw new Error(`Chart pages on this machine are http: ${tradingViewUrl}`);
  for (const host of assetHosts) {
    if (host.startsWith('*.*') || !isPublicHost(host)) throw new Error(`Not the name of a public asset host: ${host}`);
  }

  const own = local
    ? // Whatever port of this machine a page asks for, it gets the one of the chart pages.
      [`MAP ${pages.hostname} 127.0.0.1:${pages.port || '80'}`]
    : [`EXCLUDE ${pages.hostname}`];
  const resolverRules = [...own, ...assetHosts.map((host) => `EXCLUDE ${host}`), 'MAP * ~NOTFOUND'].join(', ');
  return {
    origin: pages.origin,
    resolverRules,
    allows: (address, method) => !changesChart(address, method) && allows(pages, assetHosts, address),
  };
}

/**
 * A signed-in user's page saves what is changed of its chart by itself. A capture only looks: what it shows of another
 * symbol is not to stay.
 */
function changesChart(address: string, method: string): boolean {
  if (READING.has(method)) return false;
  const url = URL.parse(address);
  const isSave = url === null || SAVING_PATH.test(url.pathname) || SAVING_HOST.test(url.hostname);
  return method !== 'POST' || isSave;
}

function allows(pages: URL, assetHosts: readonly string[], address: string): boolean {
  const url = URL.parse(address);
  if (url === null) return false;
  if (INLINE.has(url.protocol)) return true;
  if (url.username !== '' || url.password !== '') return false;
  if (url.protocol === pages.protocol && url.host === pages.host) return true;
  if (url.protocol !== 'https:' || url.port !== '') return false;
  return assetHosts.some((host) => matches(host, url.hostname));
}

function matches(pattern: string, hostname: string): boolean {
  return pattern.startsWith('*.') ? hostname.endsWith(pattern.slice(1)) : hostname === pattern;
}

/** A public name, or a pattern for all below one. */
function isPublicHost(host: string): boolean {
  return isPublicName(host.replace(/^\*\./, ''));
}
