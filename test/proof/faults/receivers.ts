import type { ServerResponse } from 'node:http';
import { z } from 'zod';
import { type Received, type Receiver, startReceiver } from '../../integration/receiver.ts';

/**
 * Where tenants are told: their addresses and tokens name the status that a message is answered with at first, and who is
 * meant. A status that passes is followed by 200.
 */

export type Channel = 'telegram' | 'discord' | 'webhook';
/** What a receiver answers at first. */
export type Manner = 200 | 404 | 429 | 503;

const SECRET = `whsec_${Buffer.from('for proofs and nothing else').toString('base64')}`;
const ADDRESS = /^\/(bot|api\/webhooks\/|hook\/)(\d+)[:/](tenant-of-faults-\d+)/;
const CHANNELS: Record<string, Channel> = { bot: 'telegram', 'api/webhooks/': 'discord', 'hook/': 'webhook' };

const told = z.object({ type: z.string() });

/** A message that its receiver took. */
export interface Delivery {
  tenant: string;
  channel: Channel;
  /** The event, and the id by which repeats are known; of webhooks. */
  type: string | undefined;
  id: string | undefined;
  /** Epoch milliseconds. */
  at: number;
}

export class Receivers {
  readonly deliveries: Delivery[] = [];
  readonly #refusedOnce = new Set<string>();
  #receiver: Receiver | undefined;

  async open(): Promise<void> {
    this.#receiver = await startReceiver((request, response) => this.#answer(request, response));
  }

  get url(): string {
    return this.#receiver?.url ?? '';
  }

  of(tenant: string, channel: Channel): Delivery[] {
    return this.deliveries.filter((delivery) => delivery.tenant === tenant && delivery.channel === channel);
  }

  /** The preferences of a tenant whose receivers have these manners. */
  preferences(tenant: string, { telegram, discord, webhook }: Partial<Record<Channel, Manner>>) {
    return {
      ...(telegram && { telegram: { bot_token: `${telegram}:${tenant}`, chat_id: 1 } }),
      ...(discord && { discord: { webhook_url: `https://discord.com/api/webhooks/${discord}/${tenant}` } }),
      ...(webhook && { webhook: { url: `${this.url}/hook/${webhook}/${tenant}`, secret: SECRET } }),
    };
  }

  async close(): Promise<void> {
    await this.#receiver?.close();
  }

  #answer(request: Received, response: ServerResponse): void {
    const [, kind = '', manner = '', tenant = ''] = ADDRESS.exec(request.path) ?? [];
    const channel = CHANNELS[kind] ?? 'webhook';
    const header = request.headers['webhook-id'];
    const id = typeof header === 'string' ? header : undefined;
    const type = channel === 'webhook' ? told.parse(JSON.parse(request.body.toString())).type : undefined;
    // Pictures of hundreds of tenants are not to be kept.
    request.body = Buffer.alloc(0);
    const message = `${request.path} ${id}`;
    const status = this.#refusedOnce.has(message) ? 200 : Number(manner);
    if (status === 200) this.deliveries.push({ tenant, channel, type, id, at: request.at });
    else if (status !== 404) this.#refusedOnce.add(message);
    response.writeHead(status, status === 429 ? { 'retry-after': '1' } : {}).end('{"ok":true}');
  }
}
