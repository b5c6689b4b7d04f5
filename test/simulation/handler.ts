import { setTimeout } from 'node:timers/promises';
import { deflateSync } from 'node:zlib';
import { RESOLUTION_PIXELS } from '../../core/captures/picture.ts';
import { captureWorker } from '../../core/captures/worker.ts';

/** What stands in the browser function's place: a capture that takes its time and nothing else. */

/** Milliseconds that a capture takes at least and at most; put in place when it is bundled. */
declare const SIMULATED_MS: readonly [number, number];

const PICTURE = deflateSync(Buffer.alloc(10_000, 'a picture'));

export const handler = captureWorker('tradingview', async ({ user }) => {
  const [least, most] = SIMULATED_MS;
  await setTimeout(least + Math.random() * (most - least));
  return { png: PICTURE, ...RESOLUTION_PIXELS[user.screenshot_resolution] };
});
