import { isPublicName } from '../http/public-host.ts';

/** Addresses that users give for their notifications: what can be said of them without resolving a name. */

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);
const DISCORD_HOSTS = new Set(['discord.com', 'discordapp.com', 'ptb.discord.com', 'canary.discord.com']);
const DISCORD_PATH = /^\/api\/(v\d+\/)?webhooks\/\d+\/[\w-]+$/;

export function isLoopback(hostname: string): boolean {
  return LOOPBACK.has(hostname);
}

/**
 * Whether messages may be sent there: HTTPS on its usual port, a public name (no address, in whatever notation), no name
 * and password in it.
 * @param allowLoopback whether receivers on this machine count, on any port and without TLS
 */
export function isReceiverUrl(text: string, allowLoopback: boolean): boolean {
  const url = URL.parse(text);
  if (url === null || url.username !== '' || url.password !== '') return false;
  if (allowLoopback && isLoopback(url.hostname)) return url.protocol === 'http:' || url.protocol === 'https:';
  return url.protocol === 'https:' && url.port === '' && isPublicName(url.hostname);
}

/** Whether it is the address of a webhook as Discord shows it. */
export function isDiscordWebhook(text: string): boolean {
  const url = URL.parse(text);
  return (
    isReceiverUrl(text, false) &&
    url !== null &&
    DISCORD_HOSTS.has(url.hostname) &&
    DISCORD_PATH.test(url.pathname) &&
    /^(\?thread_id=\d+)?$/.test(url.search)
  );
}
