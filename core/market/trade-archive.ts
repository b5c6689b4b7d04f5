import { HeadObjectCommand, PutObjectCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod/mini';
import { environment } from '../aws/environment.ts';
import { EXCHANGES } from '../collectors/collector.ts';
import type { Market, TradePoint } from './trade.ts';

/**
 * The archive's bucket. A market's files follow each other like the links of its chain: a file is named by the hour and
 * by the trade before its first, is put only where there is none of that name, and tells in its metadata where the next
 * goes on.
 *
 *   trades/exchange=bybit/symbol=BTCUSDT/day=2026-03-01/14-1772373599871-02290000000587254433.parquet
 *   gaps/exchange=bybit/symbol=BTCUSDT/day=2026-03-01/14-1772374112060-02290000000587254440.parquet
 */

/** Where a market's archive stands. */
export interface Archived {
  /** The last trade that is archived. */
  last: TradePoint;
  /** Of trades, so far, with those that have expired. */
  files: number;
  bytes: number;
}

const PARQUET = 'application/vnd.apache.parquet';

const s3 = new S3Client({});

const count = z.pipe(z.string().check(z.regex(/^\d+$/)), z.transform(Number));
const metadataSchema = z.object({
  'last-trade-id': z.string().check(z.regex(/^\d+$/)),
  'last-timestamp': count,
  files: count,
  bytes: count,
});

const marketSchema = z.object({ exchange: z.enum(EXCHANGES), symbol: z.string() });

/** By its newest file; undefined where there is none. */
export async function archivedUntil(market: Market): Promise<Archived | undefined> {
  const day = (await prefixesIn(folder('trades', market))).at(-1);
  const key = day === undefined ? undefined : (await keysIn(day)).at(-1);
  return key === undefined ? undefined : readArchived(key);
}

/** Every market that has files, and where its archive stands. */
export async function archivedMarkets(): Promise<(Market & Archived)[]> {
  const exchanges = await prefixesIn('trades/');
  const folders = (await Promise.all(exchanges.map(prefixesIn))).flat();
  const found = await Promise.all(
    folders.map(async (name) => {
      const market = marketOf(name);
      return { ...market, archived: await archivedUntil(market) };
    }),
  );
  return found.flatMap(({ archived, ...market }) => (archived ? { ...market, ...archived } : []));
}

/**
 * Puts the file of trades behind those that are there.
 * @param begins the hour, epoch milliseconds, and the trade before the first
 * @param archived what is archived with it
 * @returns whether it was put; false where another run has put one that begins there
 */
export async function putTrades(
  market: Market,
  begins: { hour: number; after: TradePoint },
  content: Uint8Array,
  { last, files, bytes }: Archived,
): Promise<boolean> {
  const put = new PutObjectCommand({
    Bucket: environment('ARCHIVE_BUCKET'),
    Key: `${folder('trades', market)}${fileName(begins.hour, begins.after)}`,
    Body: content,
    ContentType: PARQUET,
    IfNoneMatch: '*',
    Metadata: {
      'last-trade-id': last.tradeId,
      'last-timestamp': String(last.timestamp),
      files: String(files),
      bytes: String(bytes),
    },
  });
  try {
    await s3.send(put);
    return true;
  } catch (error) {
    if (error instanceof Error && error.name === 'PreconditionFailed') return false;
    throw error;
  }
}

/**
 * Puts the file of a gap; whoever puts it again puts the same.
 * @param hour in which it ended, epoch milliseconds
 */
export async function putGap(market: Market, hour: number, from: TradePoint, content: Uint8Array): Promise<void> {
  await s3.send(
    new PutObjectCommand({
      Bucket: environment('ARCHIVE_BUCKET'),
      Key: `${folder('gaps', market)}${fileName(hour, from)}`,
      Body: content,
      ContentType: PARQUET,
    }),
  );
}

async function readArchived(Key: string): Promise<Archived> {
  const { Metadata } = await s3.send(new HeadObjectCommand({ Bucket: environment('ARCHIVE_BUCKET'), Key }));
  const read = metadataSchema.parse(Metadata);
  return {
    last: { tradeId: read['last-trade-id'], timestamp: read['last-timestamp'] },
    files: read.files,
    bytes: read.bytes,
  };
}

function folder(kind: 'trades' | 'gaps', { exchange, symbol }: Market): string {
  return `${kind}/exchange=${exchange}/symbol=${symbol}/`;
}

function marketOf(name: string): Market {
  const [, exchange, symbol] = /^trades\/exchange=(\w+)\/symbol=([^/]+)\/$/.exec(name) ?? [];
  return marketSchema.parse({ exchange, symbol });
}

/** Names sort as the chain goes: by time, since numbers may begin anew. */
function fileName(hour: number, { tradeId, timestamp }: TradePoint): string {
  const [day = '', time = ''] = new Date(hour).toISOString().split('T');
  const place = `${String(timestamp).padStart(13, '0')}-${tradeId.padStart(20, '0')}`;
  return `day=${day}/${time.slice(0, 2)}-${place}.parquet`;
}

async function prefixesIn(Prefix: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { CommonPrefixes = [] } of pages(Prefix, '/'))
    found.push(...CommonPrefixes.map((it) => it.Prefix ?? ''));
  return found;
}

async function keysIn(Prefix: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { Contents = [] } of pages(Prefix)) found.push(...Contents.map(({ Key = '' }) => Key));
  return found;
}

function pages(Prefix: string, Delimiter?: string) {
  return paginateListObjectsV2({ client: s3 }, { Bucket: environment('ARCHIVE_BUCKET'), Prefix, Delimiter });
}
