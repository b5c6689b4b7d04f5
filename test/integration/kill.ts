import { z } from 'zod';
import type { Outputs } from '../../local/run.ts';
import { startProcess, until } from './start-process.ts';

/**
 * Sends a drawn and a photographed alert, kills the system `delayMs` after the last 200, starts it again on the same
 * data, and answers what became of the two. After a kill a capture in progress comes back when its message does.
 */
export async function killAfterAlerts(
  dataDirectory: string,
  port: number,
  options: string[],
  round: number,
  delayMs: number,
): Promise<{ signals: { status: unknown; generation: string | undefined }[]; seconds: number }> {
  const first = await startProcess(dataDirectory, port, options);
  const { webhookUrl, chartId } = first.outputs.demoUser;
  const sent = await Promise.all(
    [`BINANCE:BTCUSDT buy at ${round}`, `BINANCE:ETHUSDT sell at ${round}`].map(async (body, index) => {
      const response = await fetch(index === 0 ? webhookUrl : `${webhookUrl}?chart=${chartId}`, {
        method: 'POST',
        body,
      });
      if (response.status !== 200) throw new Error(`The alert was answered ${response.status}`);
      return z.object({ signal_id: z.string() }).parse(await response.json()).signal_id;
    }),
  );
  await new Promise((resolve) => setTimeout(resolve, delayMs));
  await first.kill();

  const second = await startProcess(dataDirectory, port, options);
  const restarted = Date.now();
  try {
    const signals: { status: unknown; generation: string | undefined }[] = [];
    for (const id of sent) {
      await until(
        async () => ['completed', 'failed'].includes(String((await signal(second.outputs, id))['screenshot_status'])),
        90_000,
      );
      const { screenshot_status: status, screenshot_url: url } = await signal(second.outputs, id);
      const image = await fetch(String(url));
      if (!image.ok || image.headers.get('content-type') !== 'image/png') throw new Error(`No image behind ${url}`);
      signals.push({ status, generation: new URL(String(url)).pathname.split('/').at(-1) });
    }
    return { signals, seconds: (Date.now() - restarted) / 1000 };
  } finally {
    await second.stop();
  }
}

async function signal({ apiUrl, adminApiKey }: Outputs, id: string): Promise<Record<string, unknown>> {
  const response = await fetch(`${apiUrl}/api/signals/${id}`, { headers: { 'x-api-key': adminApiKey } });
  if (!response.ok) throw new Error(`Signal ${id} is ${response.status} after the kill`);
  return z.record(z.string(), z.unknown()).parse(await response.json());
}
