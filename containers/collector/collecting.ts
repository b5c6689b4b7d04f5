import type { Collector, CollectorReport } from '../../core/collectors/collector.ts';
import type { Collecting } from './life.ts';

/** What a collector does while it lives. */
export function startCollecting(_collector: Collector, symbols: string[]): Collecting {
  let followed = symbols;
  return {
    follow: (wanted) => {
      followed = wanted;
    },
    report: (): CollectorReport => ({ symbols: followed, statistics: [] }),
    close: async () => {},
  };
}
