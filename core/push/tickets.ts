import { randomBytes } from 'node:crypto';
import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { hashSecret } from '../access/tokens.ts';
import { conditionFailure, dynamodb } from '../aws/dynamodb.ts';
import { environment } from '../aws/environment.ts';
import { expiresAt } from '../aws/expiry.ts';
import { type Listener, listenerSchema } from './listener.ts';

/**
 * Tickets for the WebSocket, since a browser can't send headers with its handshake and a credential has no place in an
 * address. One item each in the operations table: pk `TICKET#<SHA-256>`, sk `ticket`.
 */

const LIFETIME_MS = 30_000;

const TableName = () => environment('OPERATIONS_TABLE');

function itemKey(ticket: string) {
  return { pk: `TICKET#${Buffer.from(hashSecret(ticket)).toString('base64url')}`, sk: 'ticket' };
}

/** A ticket by which one connection may be opened within 30 s. */
export async function createTicket(listener: Listener, now: number): Promise<string> {
  const ticket = randomBytes(32).toString('base64url');
  const until = now + LIFETIME_MS;
  await dynamodb.send(
    new PutCommand({ TableName: TableName(), Item: { ...itemKey(ticket), ...listener, until, ...expiresAt(until) } }),
  );
  return ticket;
}

/** Who the ticket was made for, and the ticket is gone; undefined where it is unknown, used or late. */
export async function useTicket(ticket: string, now: number): Promise<Listener | undefined> {
  try {
    const { Attributes } = await dynamodb.send(
      new DeleteCommand({
        TableName: TableName(),
        Key: itemKey(ticket),
        ConditionExpression: 'attribute_exists(pk) AND #until > :now',
        ExpressionAttributeNames: { '#until': 'until' },
        ExpressionAttributeValues: { ':now': now },
        ReturnValues: 'ALL_OLD',
      }),
    );
    return listenerSchema.parse(Attributes);
  } catch (error) {
    conditionFailure(error);
    return undefined;
  }
}
