import { hotWindow, readLinks } from '../../core/market/hot-trades.ts';
import type { Market } from '../../core/market/trade.ts';
import { type Archived, archivedUntil, putGap, putTrades } from '../../core/market/trade-archive.ts';
import { gapFile, tradesFile } from './parquet.ts';
import { hourOf, nextStretch } from './stretch.ts';

/** Exchanges' clocks may be ahead of ours, and their trades' times a little out of order. */
const SLACK = 60_000;

const NOTHING: Pick<Archived, 'files' | 'bytes'> = { files: 0, bytes: 0 };

/**
 * Archives what of a market comes next, if it is whole. Nothing is remembered but by the files themselves: a run that
 * ended anywhere, or two at once, leave the same files as one.
 *
 * @param now epoch milliseconds
 * @returns whether there may be more
 */
export async function archiveNext(market: Market, now: number): Promise<boolean> {
  const archived = await archivedUntil(market);
  const from = archived === undefined ? 0 : archived.last.timestamp - SLACK;
  const links = readLinks(market, from, now + SLACK, 'oldest');
  const stretch = await nextStretch(links, archived?.last, now - hotWindow() / 4);
  if (stretch === undefined) return false;
  // Before the trades: with them this stretch is done.
  for (const gap of stretch.gaps) await putGap(market, hourOf(gap.to.timestamp), gap.from, gapFile(gap));
  const content = tradesFile(stretch.trades);
  const { files, bytes } = archived ?? NOTHING;
  // Where another run was faster, the next look begins behind its file.
  await putTrades(market, stretch, content, { last: stretch.last, files: files + 1, bytes: bytes + content.length });
  return true;
}
