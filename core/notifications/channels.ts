import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { userLocator } from '../access/tokens.ts';
import { channelsKey } from '../alerts/keys.ts';
import { dynamodb } from '../aws/dynamodb.ts';
import { environment } from '../aws/environment.ts';
import { seal, unseal } from '../aws/sealed.ts';
import { setAndRemove } from '../aws/update-expression.ts';
import { CHANNELS, type ChannelName, NOTIFICATION_EVENTS, type NotificationEvent } from './events.ts';

/**
 * Every access to the item of a user's notification channels. It stands apart from the user's own item, which admission
 * writes with every alert, and of each channel holds the one secret sealed.
 */

const sealed = z.custom<Uint8Array>((value) => value instanceof Uint8Array);

const storedChannels = z.object({
  user_id: z.string(),
  /** Absent: the default ones. */
  events: z.optional(z.array(z.enum(NOTIFICATION_EVENTS))),
  telegram: z.optional(z.object({ chat_id: z.string(), sealed })),
  discord: z.optional(z.object({ sealed })),
  webhook: z.optional(z.object({ url: z.string(), sealed })),
});
export type StoredChannels = z.output<typeof storedChannels>;

/** The channels as users give them. */
export interface Channels {
  telegram: { bot_token: string; chat_id: string };
  discord: { webhook_url: string };
  webhook: { url: string; secret: string };
}

/** Undefined leaves as it is, null removes. */
export type ChannelChanges = { [Name in ChannelName]?: Channels[Name] | null | undefined } & {
  events?: readonly NotificationEvent[] | null | undefined;
};

const TableName = () => environment('ALERTS_TABLE');

/** The channels that a user has set, in their usual order. */
export function namesOf(stored: StoredChannels | undefined): ChannelName[] {
  return CHANNELS.filter((name) => stored?.[name] !== undefined);
}

export async function getChannels(locator: string): Promise<StoredChannels | undefined> {
  const { Item } = await dynamodb.send(
    new GetCommand({ TableName: TableName(), Key: { ...channelsKey(locator) }, ConsistentRead: true }),
  );
  return Item && storedChannels.parse(Item);
}

/**
 * The channels of a user who exists, with the changes in place.
 * @param key the KMS key of the secrets
 */
export async function changeChannels(userId: string, changes: ChannelChanges, key: string): Promise<StoredChannels> {
  const { events, telegram, discord, webhook } = changes;
  const sealedFor = async (secret: string) => ({ sealed: await seal(key, userId, secret) });
  const set = {
    user_id: userId,
    events: events ?? undefined,
    telegram: telegram ? { chat_id: telegram.chat_id, ...(await sealedFor(telegram.bot_token)) } : undefined,
    discord: discord ? await sealedFor(discord.webhook_url) : undefined,
    webhook: webhook ? { url: webhook.url, ...(await sealedFor(webhook.secret)) } : undefined,
  };
  const removed = Object.entries(changes).flatMap(([name, value]) => (value === null ? [name] : []));
  const { Attributes } = await dynamodb.send(
    new UpdateCommand({
      TableName: TableName(),
      Key: { ...channelsKey(userLocator(userId)) },
      ReturnValues: 'ALL_NEW',
      ...setAndRemove(set, removed),
    }),
  );
  return storedChannels.parse(Attributes);
}

/** A channel's secret: the bot's token, Discord's address, the key that signs. Undefined where it is not set. */
export async function openSecret(stored: StoredChannels, name: ChannelName, key: string): Promise<string | undefined> {
  const channel = stored[name];
  return channel && unseal(key, stored.user_id, channel.sealed);
}
