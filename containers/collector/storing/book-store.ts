import { randomUUID } from 'node:crypto';
import { logger } from '../../../core/log.ts';
import { BOOK_LEVELS, storeBook } from '../../../core/market/stored-books.ts';
import type { LiveBook } from '../feed/book-flow.ts';
import type { Store } from './store.ts';

/** How often a book is written, and how often it is looked whether it is in step, in milliseconds. */
const EVERY = 5000;
const LOOK_EVERY = 250;

/** What was written of a book last, and what is being written. */
interface Kept {
  storedAt: number;
  inStep: boolean;
  writing: Promise<void> | undefined;
}

/** Stores the last book of each market, and at once when one falls out of step or is back. */
export class BookStore implements Store {
  readonly #books: () => LiveBook[];
  readonly #kept = new Map<LiveBook, Kept>();
  readonly #timer: NodeJS.Timeout;
  readonly #writer = randomUUID();

  /** @param books of the symbols that are followed now */
  constructor(books: () => LiveBook[]) {
    this.#books = books;
    this.#timer = setInterval(() => this.#look(), LOOK_EVERY);
  }

  /** Nobody keeps the books in step from now on. */
  async flush(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all(
      [...this.#kept].map(async ([book, kept]) => {
        await kept.writing;
        await this.#write(book, kept, false);
      }),
    );
  }

  #look(): void {
    const now = Date.now();
    const books = new Set(this.#books());
    for (const book of books) {
      // Before its first snapshot there is none.
      if (book.timestamp > 0 && !this.#kept.has(book)) {
        this.#kept.set(book, { storedAt: 0, inStep: false, writing: undefined });
      }
    }
    for (const [book, kept] of this.#kept) {
      if (kept.writing) continue;
      const isFollowed = books.has(book);
      const inStep = isFollowed && book.inStep;
      if (!isFollowed) this.#kept.delete(book);
      if (isFollowed && inStep === kept.inStep && now < kept.storedAt + EVERY) continue;
      kept.writing = this.#write(book, kept, inStep).finally(() => {
        kept.writing = undefined;
      });
    }
  }

  /** One that could not be written is tried again at once; the one that is stored grows old meanwhile, and says so. */
  async #write(book: LiveBook, kept: Kept, inStep: boolean): Promise<void> {
    const { exchange, symbol, sequence, timestamp, receivedAt } = book;
    const storedAt = Date.now();
    const facts = { exchange, symbol, sequence, timestamp, receivedAt, storedAt, inStep };
    try {
      await storeBook({ ...facts, bids: book.bids(BOOK_LEVELS), asks: book.asks(BOOK_LEVELS) }, this.#writer);
      kept.storedAt = storedAt;
      kept.inStep = inStep;
    } catch (error) {
      logger.warn('A book could not be stored', { symbol, error });
    }
  }
}
