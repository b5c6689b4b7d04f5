import { createHmac } from 'node:crypto';
import { webhookKey } from '../../core/notifications/webhook-secret.ts';
import type { Notice } from './notice.ts';
import type { Destination, Message } from './post.ts';

/** What each channel is sent: rules without a network. */

export interface Outgoing {
  destination: Destination;
  message: Message;
}

const IMAGE_NAME = 'signal.png';

/**
 * A photo with its caption, or a text. Telegram reads no markup in it. https://core.telegram.org/bots/api#sendphoto
 * @param apiUrl where Telegram's bots are, by the operator's word
 */
export async function telegramRequest(
  { text, image }: Notice,
  { chat_id, bot_token }: { chat_id: string; bot_token: string },
  apiUrl: string,
): Promise<Outgoing> {
  const method = image ? 'sendPhoto' : 'sendMessage';
  const form = new FormData();
  form.set('chat_id', chat_id);
  if (image) {
    form.set('caption', text);
    form.set('photo', png(image), IMAGE_NAME);
  } else {
    form.set('text', text);
    form.set('link_preview_options', JSON.stringify({ is_disabled: true }));
  }
  return {
    destination: { url: below(apiUrl, `/bot${bot_token}/${method}`), allowLoopback: true },
    message: await multipart(form),
  };
}

/** Of a message: no previews of links. */
const SUPPRESS_EMBEDS = 4;

/**
 * A message with its file. Nobody is mentioned by what an alert says. https://docs.discord.com/developers/resources/webhook
 * @param webhookUrl as Discord shows it
 * @param apiUrl where Discord is, by the operator's word
 */
export async function discordRequest({ text, image }: Notice, webhookUrl: string, apiUrl: string): Promise<Outgoing> {
  const form = new FormData();
  form.set('payload_json', JSON.stringify({ content: text, allowed_mentions: { parse: [] }, flags: SUPPRESS_EMBEDS }));
  if (image) form.set('files[0]', png(image), IMAGE_NAME);
  const url = new URL(webhookUrl);
  url.searchParams.set('wait', 'true');
  return {
    destination: { url: below(apiUrl, url.pathname + url.search), allowLoopback: true },
    message: await multipart(form),
  };
}

/**
 * Signed as the Standard Webhooks specification says; the image is in the payload, as base64.
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 * @param now epoch milliseconds: receivers refuse what was signed long ago
 */
export function webhookRequest(
  { id, type, at, user_id, signal, image }: Notice,
  { url, secret }: { url: string; secret: string },
  allowLoopback: boolean,
  now: number,
): Outgoing {
  const body = JSON.stringify({
    type,
    timestamp: at,
    data: {
      user_id,
      ...(signal && { signal }),
      ...(image && { image: { content_type: 'image/png', base64: Buffer.from(image).toString('base64') } }),
    },
  });
  const timestamp = String(Math.floor(now / 1000));
  return {
    destination: { url, allowLoopback },
    message: {
      headers: {
        'content-type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': timestamp,
        'webhook-signature': signature(secret, id, timestamp, body),
      },
      body,
    },
  };
}

export function signature(secret: string, id: string, timestamp: string, body: string): string {
  const hmac = createHmac('sha256', webhookKey(secret)).update(`${id}.${timestamp}.${body}`);
  return `v1,${hmac.digest('base64')}`;
}

function png(bytes: Uint8Array): Blob {
  return new Blob([Buffer.from(bytes)], { type: 'image/png' });
}

async function multipart(form: FormData): Promise<Message> {
  const encoded = new Response(form);
  const headers = { 'content-type': encoded.headers.get('content-type') ?? '' };
  return { headers, body: await encoded.bytes() };
}

function below(base: string, path: string): string {
  return base.replace(/\/$/, '') + path;
}
