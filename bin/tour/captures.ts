import type { VigiaClient } from '../../client/index.ts';
import { good, receipt, send } from './answers.ts';
import { until } from './waiting.ts';

/** Captures of TradingView charts: of one that is there, of one that is not, and one asked for again. */

/** A chart that TradingView does not have. */
const NO_CHART = 'Nowhere1';

/** @param chartId of a chart that TradingView or its stand-in has, if one is known */
export async function captureCharts(vigia: VigiaClient, webhookUrl: string, chartId?: string): Promise<void> {
  if (chartId === undefined) console.log('  no chart of TradingView is known here');
  else {
    const id = await alertWith(webhookUrl, chartId);
    const first = await watch(vigia, 'the demo chart', id);
    good('The capture', await vigia.POST('/api/signals/{id}/screenshot', { params: { path: { id } } }));
    const second = await watch(vigia, 'the same, asked for again', id);
    if (addressOf(first) === addressOf(second)) throw new Error('A capture that was asked for again is the old one');
  }
  await watch(vigia, 'a chart that does not exist', await alertWith(webhookUrl, NO_CHART));
}

async function alertWith(webhookUrl: string, chartId: string): Promise<string> {
  const response = await send(`${webhookUrl}?chart=${chartId}`, 'BINANCE:BTCUSDT buy at 67890.5 (15m)');
  return (await receipt('An alert with a chart', response)).signal_id;
}

/** Waits for the image, looks whether it is one, and answers its URL. */
async function watch(vigia: VigiaClient, what: string, id: string): Promise<string> {
  return until(what, async () => {
    const signal = good('The signal', await vigia.GET('/api/signals/{id}', { params: { path: { id } } }));
    const { screenshot_status, screenshot_source, screenshot_reason, screenshot_url, screenshot } = signal;
    if (screenshot_status === 'failed') throw new Error(`${what}: ${screenshot_reason}`);
    if (screenshot_status === 'completed' && screenshot_url && screenshot) {
      const image = await fetch(screenshot_url);
      if (image.headers.get('content-type') !== 'image/png') throw new Error(`${what}: the image is none`);
      const { width, height, bytes, duration_ms } = screenshot;
      const because = screenshot_reason ? ` because of ${screenshot_reason}` : '';
      console.log(`  ${what}: ${screenshot_source}${because}, ${width}×${height}, ${bytes} bytes, ${duration_ms} ms`);
      return screenshot_url;
    }
    return undefined;
  });
}

/** Without what signs it. */
function addressOf(url: string): string {
  return new URL(url).pathname;
}
