/**
 * A chart page that is not what it should be: it tries each way that a browser has to talk to a server that is not its
 * own, and shows a chart only then. Each way leaves its name in the path that it asks for, or has a port of its own.
 */

export interface Targets {
  /** HTTP, on 127.0.0.1. */
  http: number;
  /** Where nothing but connections are counted: TCP, TCP, UDP. */
  preconnect: number;
  turn: number;
  stun: number;
}

/** Spellings of an address inside; those of loopback are where the listeners are. */
export const LOOPBACK_NAMES = [
  '127.0.0.1',
  'localhost',
  'localhost.',
  'any.localhost',
  '127.1',
  '0x7f.1',
  '0177.0.0.1',
  '2130706433',
  '0.0.0.0',
  '[::ffff:127.0.0.1]',
] as const;
export const OTHER_NAMES = [
  '[::1]',
  '10.0.0.1',
  '172.16.0.1',
  '192.168.0.1',
  '169.254.169.254',
  'localtest.me',
  '127.0.0.1.nip.io',
  'metadata.google.internal',
] as const;

/** The ways that are told by name. Each gets through where nothing holds it: what does not would prove nothing. */
export const WAYS = [
  'beacon',
  'data-frame',
  'download',
  'events',
  'fetch',
  'font',
  'form',
  'frame',
  'frame-redirect',
  'frame-refresh',
  'image',
  'image-redirect',
  'media',
  'module',
  'object',
  'ping',
  'popup',
  'popup-form',
  'prefetch',
  'preload',
  'redirect',
  'report',
  'sandboxed-frame',
  'script',
  'service-worker',
  'shared-worker',
  'socket',
  'stun',
  'stylesheet',
  'turn',
  'worker',
  'worker-import',
  'worker-socket',
] as const;

export function hostilePage({ http, preconnect, turn, stun }: Targets): string {
  const server = `http://127.0.0.1:${http}`;
  return `<!doctype html><title>Chart</title>
<link rel="dns-prefetch" href="http://localhost:${http}"><link rel="preconnect" href="http://127.0.0.1:${preconnect}">
<link rel="preconnect" href="http://127.0.0.1:${preconnect}" crossorigin>
<link rel="prefetch" href="${server}/prefetch"><link rel="preload" as="image" href="${server}/preload">
<link rel="prerender" href="${server}/prerender"><link rel="icon" href="data:,">
<style>@font-face { font-family: away; src: url('${server}/font') } p { font-family: away }</style>
<canvas width="600" height="300"></canvas><p>chart</p>
<script>
const server = '${server}';
const within = (promise, milliseconds = 1200) => Promise.race([
  promise.then(() => 'reached', () => 'refused'),
  new Promise((resolve) => setTimeout(resolve, milliseconds, 'refused')),
]);
const plain = { mode: 'no-cors' };
const add = (tag, attributes) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  document.body.append(made);
  return made;
};
const code = (text) => URL.createObjectURL(new Blob([text], { type: 'text/javascript' }));
const hidden = (attributes) => add('iframe', { ...attributes, style: 'display: none' });
const quietly = (action) => { try { return action(); } catch { return undefined; } };

/** Those that tell what came of them. */
const asked = {
  fetch: () => fetch(server + '/fetch', plain),
  redirect: () => fetch('/redirect?to=redirect', plain),
  socket: () => new Promise((resolve, reject) => {
    const socket = new WebSocket('ws://127.0.0.1:${http}/socket');
    socket.onopen = resolve;
    socket.onerror = reject;
  }),
  file: () => fetch('file:///etc/passwd', plain),
};
for (const name of ${JSON.stringify([...LOOPBACK_NAMES, ...OTHER_NAMES])}) {
  asked[name] = () => fetch('http://' + name + ':${http}/name-' + encodeURIComponent(name), plain);
}

/** Those of which only the other server knows. */
const silent = [
  () => { new Image().src = server + '/image'; },
  () => { new Image().src = '/redirect?to=image-redirect'; },
  () => add('script', { src: server + '/script' }),
  () => import(server + '/module').catch(() => undefined),
  () => add('link', { rel: 'stylesheet', href: server + '/stylesheet' }),
  () => add('video', { src: server + '/media', preload: 'auto' }),
  () => add('object', { data: server + '/object' }),
  () => hidden({ src: server + '/frame' }),
  () => hidden({ src: '/redirect?to=frame-redirect' }),
  () => hidden({ srcdoc: '<meta http-equiv="refresh" content="0; url=' + server + '/frame-refresh">' }),
  () => hidden({ sandbox: 'allow-scripts', srcdoc: '<script>fetch("' + server + '/sandboxed-frame", { mode: "no-cors" })<\\/script>' }),
  () => hidden({ src: 'data:text/html,<script>fetch("' + server + '/data-frame", { mode: "no-cors" })<\\/script>' }),
  () => hidden({ src: 'view-source:' + server + '/view-source' }),
  () => hidden({ src: 'file:///etc/passwd' }),
  () => {
    hidden({ name: 'away' });
    add('form', { action: server + '/form', method: 'post', target: 'away' }).submit();
  },
  () => open(server + '/popup'),
  () => open('file:///etc/passwd'),
  () => add('form', { action: server + '/popup-form', target: '_blank', method: 'post' }).submit(),
  () => new EventSource(server + '/events'),
  () => navigator.sendBeacon(server + '/beacon', 'x'),
  () => add('a', { href: '#', ping: server + '/ping' }).click(),
  () => hidden({ srcdoc: '<a download href="' + server + '/download">x</a><script>document.querySelector("a").click()<\\/script>' }),
  () => add('a', { href: 'data:application/octet-stream,file', download: 'mark.bin' }).click(),
  () => new Worker(code('fetch("' + server + '/worker", { mode: "no-cors" })')),
  () => new Worker(code('importScripts("' + server + '/worker-import")')),
  () => new Worker(code('new WebSocket("ws://127.0.0.1:${http}/worker-socket")')),
  () => new SharedWorker(code('fetch("' + server + '/shared-worker", { mode: "no-cors" })')),
  () => navigator.serviceWorker?.register('/service-worker.js', { scope: '/nowhere/' }).catch(() => undefined),
  () => { new WebTransport('https://127.0.0.1:${stun}/').ready.catch(() => undefined); },
  () => {
    const peer = new RTCPeerConnection({ iceServers: [
      { urls: 'stun:127.0.0.1:${stun}' },
      { urls: 'turn:127.0.0.1:${turn}?transport=tcp', username: 'a', credential: 'b' },
      { urls: 'turn:127.0.0.1:${stun}', username: 'a', credential: 'b' },
    ] });
    peer.createDataChannel('away');
    peer.createOffer().then((offer) => peer.setLocalDescription(offer));
  },
];
for (const attempt of silent) quietly(attempt);

const stored = localStorage.getItem('mark');
localStorage.setItem('mark', location.pathname);
const heard = [];
const channel = new BroadcastChannel('all');
channel.onmessage = ({ data }) => heard.push(data);
const calls = setInterval(() => channel.postMessage(location.pathname), 100);

const done = Promise.all([
  ...Object.entries(asked).map(async ([name, attempt]) => [name, await within(attempt())]),
  ...['geolocation', 'notifications', 'camera', 'clipboard-read'].map(async (name) => {
    return [name, await navigator.permissions.query({ name }).then(({ state }) => state, () => 'unknown')];
  }),
  (async () => ['own', await within(fetch('/own'))])(),
  new Promise((resolve) => setTimeout(resolve, 2000, ['waited', 'long enough'])),
]).then(async (found) => {
  clearInterval(calls);
  const cached = await (await caches.open('mark')).keys();
  await (await caches.open('mark')).put('/mark', new Response(location.pathname));
  const databases = (await indexedDB.databases()).length;
  indexedDB.open('mark');
  const report = { found: Object.fromEntries(found), stored, heard, cached: cached.length, databases };
  await fetch('/report' + location.pathname, { method: 'POST', body: JSON.stringify(report) });
  alert('in the way');
  const pen = document.querySelector('canvas').getContext('2d');
  for (let x = 0; x < 600; x += 1) pen.fillRect(x, 20 + (x * 7919) % 250, 1, 20);
});
window.TradingViewApi = { activeChart: () => ({
  symbol: () => 'TEST', resolution: () => '1', dataReady: (callback) => { done.then(callback); return false; },
}) };
</script>`;
}
