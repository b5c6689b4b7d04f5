import { z } from 'zod';

/** What calls of the tour answer. */

/** What a call answered, where it succeeded. */
export function good<Data>(what: string, { data, response }: { data?: Data; response: Response }): NonNullable<Data> {
  if (!response.ok || data === undefined || data === null) throw new Error(`${what}: answered ${response.status}`);
  return data;
}

export function expectStatus(what: string, response: Response, status: number): void {
  if (response.status !== status) throw new Error(`${what}: answered ${response.status}, not ${status}`);
  console.log(`  ${what}: ${status}`);
}

/** An alert, as TradingView sends it. */
export async function send(webhookUrl: string, body: string): Promise<Response> {
  return fetch(webhookUrl, { method: 'POST', headers: { 'content-type': 'text/plain' }, body });
}

const receiptSchema = z.object({ signal_id: z.string(), duplicate: z.boolean().optional() });

export async function receipt(what: string, response: Response): Promise<z.output<typeof receiptSchema>> {
  if (response.status !== 200) throw new Error(`${what}: answered ${response.status}`);
  return receiptSchema.parse(await response.json());
}
