import type { FeedListener } from '../feed/feed.ts';

type Told = Pick<FeedListener, 'trade' | 'gap' | 'candle' | 'book'>;

/** Something that keeps some of what a feed tells. Taking is at once: what has to be written is written later. */
export interface Store extends Partial<Told> {
  /**
   * Writes all that it still holds; the collector is about to end.
   * @param signal the time that there is for it; what is not written by then is told in the log
   */
  flush(signal: AbortSignal): Promise<void>;
}

/** Tells each of several what a feed tells. */
export function tellAll(listeners: readonly Partial<Told>[]): Told {
  const trade = listeners.flatMap((it) => it.trade?.bind(it) ?? []);
  const gap = listeners.flatMap((it) => it.gap?.bind(it) ?? []);
  const candle = listeners.flatMap((it) => it.candle?.bind(it) ?? []);
  const book = listeners.flatMap((it) => it.book?.bind(it) ?? []);
  return {
    trade: (it) => {
      for (const tell of trade) tell(it);
    },
    gap: (it) => {
      for (const tell of gap) tell(it);
    },
    candle: (it) => {
      for (const tell of candle) tell(it);
    },
    book: (it) => {
      for (const tell of book) tell(it);
    },
  };
}
