/** Pages that would take the browser down with them, and one that behaves. */

import type { WarmBrowser } from '../../../lambdas/browser/browser.ts';
import { captureChart } from '../../../lambdas/browser/capture.ts';
import { CaptureError } from '../../../lambdas/browser/capture-error.ts';
import { memoryOf } from './processes.ts';

const GOOD = `
const pen = document.querySelector('canvas').getContext('2d');
for (let x = 0; x < 600; x += 1) pen.fillRect(x, 20 + (x * 7919) % 250, 1, 20);
window.TradingViewApi = { activeChart: () => ({ symbol: () => 'TEST', resolution: () => '1', dataReady: () => true }) };
`;

/** Each never becomes a chart. */
const SCRIPTS = {
  'a loop without end': 'for (;;);',
  'alerts without end': 'for (;;) alert("again");',
  'windows without end':
    'setInterval(() => { for (let n = 0; n < 50; n += 1) open("/chart/good/?" + Math.random()); }, 1);',
  'windows without a pause': 'for (;;) open("/chart/good/?" + Math.random());',
  'frames in frames': `for (let n = 0; n < 20; n += 1) {
      const frame = document.createElement('iframe');
      frame.src = location.pathname + '?' + Math.random();
      document.body.append(frame);
    }`,
  'itself again and again': 'location.reload();',
  'an address after the other': 'for (let n = 0; ; n += 1) history.pushState(n, "", "?" + n);',
  'a document without end': `setInterval(() => {
      for (let n = 0; n < 20000; n += 1) document.body.append(document.createElement('p'));
    }, 1);`,
  'memory of arrays': `const kept = [];
    setInterval(() => kept.push(new Uint8Array(50e6).fill(1)), 1);`,
  'memory of objects': `const kept = [];
    setInterval(() => { for (let n = 0; n < 1e6; n += 1) kept.push({ n }); }, 1);`,
  'memory of canvases': `const kept = [];
    setInterval(() => {
      const canvas = document.createElement('canvas');
      canvas.width = canvas.height = 4000;
      canvas.getContext('2d', { willReadFrequently: true }).fillRect(0, 0, 4000, 4000);
      kept.push(canvas);
    }, 1);`,
  'memory of workers': `const code = URL.createObjectURL(new Blob(['const kept = []; setInterval(() => kept.push(new Uint8Array(20e6).fill(1)), 1)']));
    setInterval(() => new Worker(code), 5);`,
  'memory of databases': `indexedDB.open('all').onupgradeneeded = ({ target: { result } }) => {
      const store = result.createObjectStore('all', { autoIncrement: true });
      for (let n = 0; n < 1000; n += 1) store.add(crypto.getRandomValues(new Uint8Array(65536)));
      setInterval(() => { const all = result.transaction('all', 'readwrite').objectStore('all');
        for (let n = 0; n < 500; n += 1) all.add(crypto.getRandomValues(new Uint8Array(65536))); }, 10);
    };`,
  'downloads without end': `setInterval(() => {
      const link = document.createElement('a');
      link.href = URL.createObjectURL(new Blob([new Uint8Array(5e6)]));
      link.download = 'file.bin';
      link.click();
    }, 5);`,
  'printing without end': 'for (;;) print();',
  'a stay at every leaving': 'addEventListener("beforeunload", (event) => event.preventDefault()); for (;;);',
} as const;

export type Misbehaviour = keyof typeof SCRIPTS;
export const MISBEHAVIOURS = Object.keys(SCRIPTS).filter((name): name is Misbehaviour => name in SCRIPTS);

/** The page of `/chart/<id>/`: `good`, or the misbehaviour of that number. */
export function pageOf(id: string): string {
  const misbehaviour = MISBEHAVIOURS[Number(/\d+$/.exec(id)?.[0] ?? Number.NaN)];
  const script = misbehaviour === undefined ? GOOD : SCRIPTS[misbehaviour];
  return `<!doctype html><title>Chart</title><body><canvas width="600" height="300"></canvas><script>${script}</script>`;
}

const LOOK = { width: 640, height: 360, theme: 'light' } as const;
const PROBE_MS = 200;

export interface Batch {
  /** How the misbehaving page's capture ended. */
  bad: string;
  /** How the two beside it did, and the one after. */
  good: string[];
  /** The most that the browser with all its pages held. */
  peakMB: number;
}

/** A batch of three, one of which misbehaves until `deadlineMs`, and then one more. */
export async function batchWith(browser: WarmBrowser, misbehaviour: Misbehaviour, deadlineMs: number): Promise<Batch> {
  const pid = await browser.withContext(async (context) => context.browser().process()?.pid ?? 0);
  let peak = 0;
  const probe = setInterval(() => {
    peak = Math.max(peak, memoryOf(pid));
  }, PROBE_MS);
  const end = (chartId: string, limit = {}) =>
    captureChart(browser, { chartId, look: LOOK, ...limit }).then(
      () => 'captured',
      (error: unknown) => (error instanceof CaptureError ? error.reason : String(error)),
    );
  const [bad, ...good] = await Promise.all([
    end(`bad${MISBEHAVIOURS.indexOf(misbehaviour)}`, { deadlineMs }),
    end('good'),
    end('good'),
  ]);
  clearInterval(probe);
  return { bad, good: [...good, await end('good')], peakMB: Math.round(peak / 1e6) };
}
