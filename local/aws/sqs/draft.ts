import { createHash } from 'node:crypto';
import { z } from 'zod';
import { AwsError } from '../service.ts';

/** A typed value beside a message's body. Binary values are base64 text, as on the wire. */
export const messageAttribute = z.object({
  DataType: z.string(),
  StringValue: z.string().optional(),
  BinaryValue: z.string().optional(),
});
export const messageAttributes = z.record(z.string(), messageAttribute);
export type MessageAttributes = z.infer<typeof messageAttributes>;
type MessageAttribute = z.infer<typeof messageAttribute>;

/** A message as a sender gives it. */
export interface Draft {
  MessageBody: string;
  MessageAttributes?: MessageAttributes | undefined;
  MessageSystemAttributes?: MessageAttributes | undefined;
  MessageGroupId?: string | undefined;
}

const MOST_ATTRIBUTES = 10;
const GROUP_ID = /^[A-Za-z0-9!"#$%&'()*+,\-./:;<=>?@[\\\]^_`{|}~]{1,128}$/;
// Whatever is outside XML's Char production: control characters, lone surrogates.
const FORBIDDEN_TEXT = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;
const ATTRIBUTE_NAME = /^(?!(?:aws|amazon)\.)(?!\.)(?!.*\.\.)[A-Za-z0-9_.-]{1,256}(?<!\.)$/i;
const ATTRIBUTE_TYPE = /^(String|Number|Binary)(\..+)?$/;

/** Bytes of a message that count against the limit: body, and each attribute's name, type and value. */
export function messageSize(draft: Draft): number {
  const attributes = Object.entries(draft.MessageAttributes ?? {});
  const sizes = attributes.map(
    ([name, value]) => Buffer.byteLength(name) + Buffer.byteLength(value.DataType) + valueBytes(value).length,
  );
  return sizes.reduce((sum, size) => sum + size, Buffer.byteLength(draft.MessageBody));
}

/**
 * Refuses what SQS refuses in a standard queue's message.
 * @param limit bytes, the queue's MaximumMessageSize
 * @throws AwsError InvalidParameterValue, InvalidMessageContents
 */
export function checkDraft(draft: Draft, limit: number): void {
  const invalid = (message: string): AwsError => new AwsError('InvalidParameterValue', message);
  if (draft.MessageBody === '') {
    throw new AwsError('MissingParameter', 'The request must contain the parameter MessageBody.');
  }
  if (messageSize(draft) > limit) {
    throw invalid(`One or more parameters are invalid. Reason: Message must be shorter than ${limit} bytes.`);
  }
  if (FORBIDDEN_TEXT.test(draft.MessageBody)) {
    throw new AwsError(
      'InvalidMessageContents',
      'Invalid characters found. Valid unicode characters are those of XML.',
    );
  }
  if (draft.MessageGroupId !== undefined && !GROUP_ID.test(draft.MessageGroupId)) {
    throw invalid(`Value ${draft.MessageGroupId} for parameter MessageGroupId is invalid.`);
  }
  const attributes = Object.entries(draft.MessageAttributes ?? {});
  if (attributes.length > MOST_ATTRIBUTES)
    throw invalid(`Number of message attributes [${attributes.length}] exceeds 10.`);
  for (const [name, value] of attributes) checkAttribute(name, value);
}

function checkAttribute(name: string, { DataType, StringValue, BinaryValue }: MessageAttribute): void {
  const invalid = (why: string): AwsError =>
    new AwsError('InvalidParameterValue', `The message attribute '${name}' ${why}.`);
  if (!ATTRIBUTE_NAME.test(name)) throw invalid('has an invalid name');
  const type = ATTRIBUTE_TYPE.exec(DataType)?.[1];
  if (type === undefined) throw invalid(`has an invalid message attribute type '${DataType}'`);
  const value = type === 'Binary' ? BinaryValue : StringValue;
  if (!value) throw invalid(`must contain a non-empty value of its type '${type}'`);
  if (type === 'Number' && !Number.isFinite(Number(value))) throw invalid('is no number');
}

export function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}

/** The digest that senders and receivers compare (SQS Developer Guide, "Calculating the MD5 message digest"). */
export function md5OfAttributes(attributes: MessageAttributes): string {
  const hash = createHash('md5');
  const add = (bytes: Buffer): void => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    hash.update(length).update(bytes);
  };
  for (const [name, value] of Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1))) {
    add(Buffer.from(name));
    add(Buffer.from(value.DataType));
    hash.update(Buffer.from([value.DataType.startsWith('Binary') ? 2 : 1]));
    add(valueBytes(value));
  }
  return hash.digest('hex');
}

function valueBytes({ DataType, StringValue = '', BinaryValue = '' }: MessageAttribute): Buffer {
  return DataType.startsWith('Binary') ? Buffer.from(BinaryValue, 'base64') : Buffer.from(StringValue);
}

/** Whether a receiver asked for this attribute: by name, `All`, `.*` or a prefix as `price.*`. */
export function isAsked(name: string, asked: string[]): boolean {
  return asked.some(
    (ask) => ask === 'All' || ask === name || (ask.endsWith('.*') && name.startsWith(ask.slice(0, -2))),
  );
}
