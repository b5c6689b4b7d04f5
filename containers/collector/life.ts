import { setTimeout as sleep } from 'node:timers/promises';
import { environment } from '../../core/aws/environment.ts';
import type { Collector, CollectorReport } from '../../core/collectors/collector.ts';
import { collectorRecords } from '../../core/collectors/collector-records.ts';
import { symbolList } from '../../core/collectors/symbol-list.ts';
import { logger } from '../../core/log.ts';

/** The life of a collector's process: a heartbeat that is also its orders and its fence. */

const HEARTBEAT_MS = 5000;
/** Whoever changes the list tells the records; should they have died between the two, it is read by then. */
const LIST_MS = 60_000;

export interface Collecting {
  /** From now on these, and no others. Rejects where that can't be known yet. */
  follow(symbols: string[]): Promise<void>;
  report(): CollectorReport;
  /** Writes what was received, and ends. */
  close(): Promise<void>;
}

/**
 * Collects until the signal, a user's stop or a newer life ends it; answers why. A database that can't be reached ends
 * nothing: what is received is worth more than the news of it.
 */
export async function live(
  { name, generation }: { name: string; generation: number },
  start: (collector: Collector) => Collecting,
  signal: AbortSignal,
): Promise<string> {
  let collecting: Collecting | undefined;
  let list: { symbols: string[]; signals: number; at: number } | undefined;

  /** What there is to follow; the same array as before where nothing has changed. */
  async function wantedSymbols({ symbols }: Collector, signals: number): Promise<string[]> {
    if (symbols) return symbols;
    const now = Date.now();
    if (list && list.signals === signals && now < list.at + LIST_MS) return list.symbols;
    const read = await symbolList(environment('COLLECTOR_SYMBOLS').split(','));
    list = { symbols: read.join() === list?.symbols.join() ? list.symbols : read, signals, at: now };
    return list.symbols;
  }

  let followed: string[] | undefined;
  /** Why the life is over, where it is. */
  async function beat(): Promise<string | undefined> {
    const report = collecting?.report() ?? { symbols: [], statistics: [] };
    const stored = await collectorRecords.heartbeat(name, generation, report, Date.now());
    if (!stored) return 'another life has begun';
    if (stored.task.wanted === 'stopped') return 'its user stopped it';
    const symbols = await wantedSymbols(stored.spec, stored.signals);
    if (symbols === followed) return undefined;
    const begins = followed === undefined;
    collecting ??= start(stored.spec);
    await collecting.follow(symbols);
    followed = symbols;
    if (!begins) return undefined;
    // At once, so that its symbols are known.
    return beat();
  }

  let reason: string | undefined;
  while (reason === undefined) {
    reason = await beat().catch((error: unknown) => {
      logger.warn('A heartbeat failed', { error });
      return undefined;
    });
    reason ??= await sleep(HEARTBEAT_MS, undefined, { signal }).catch(() => String(signal.reason));
  }
  await collecting?.close();
  return reason;
}
