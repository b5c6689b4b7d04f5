import { locatorOf } from '../../core/alerts/keys.ts';
import { CUT, readHistory } from '../../core/alerts/statistics/history.ts';
import { ReadBudget } from '../../core/alerts/statistics/read-budget.ts';
import type { StoredSignal } from '../../core/alerts/stored-signal.ts';
import { logger } from '../../core/log.ts';

/** Much more than what comes in between two times. */
const MAX_MEGABYTES = 4;

/**
 * Sums up the histories that have grown by another segment, so that who asks for statistics after a long time does not
 * have to wait for it. What fails here is left to that reader: captures never wait for statistics.
 */
export async function sumUp(signals: readonly StoredSignal[]): Promise<void> {
  const grown = signals.filter(({ generation, sequence }) => generation === 1 && sequence % CUT.signals === 0);
  for (const locator of new Set(grown.map((signal) => locatorOf(signal)))) {
    try {
      await readHistory(locator, new ReadBudget(MAX_MEGABYTES));
    } catch (error) {
      logger.warn('A history was not summed up', { error });
    }
  }
}
