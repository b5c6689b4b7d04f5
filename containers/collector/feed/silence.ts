/** What is done about topics that say nothing, each fruitless round waiting twice as long as the one before. */

export interface Silence {
  /** Milliseconds after which a topic's silence is doubted. */
  after: number;
  /** The topic is never quiet. */
  busy: boolean;
}

/** Doublings of a topic's patience. */
const LONGEST_PATIENCE = 5;

export class Silences {
  /** By topic how often in a row its silence was answered. */
  readonly #rounds = new Map<string, number>();
  /** Silent topics that are known to have missed something. */
  readonly #missed = new Set<string>();

  /** The topic says something. */
  broken(topic: string): void {
    if (this.#rounds.size > 0 && this.#rounds.delete(topic)) this.#missed.delete(topic);
  }

  /** The silent topic had something to say, as was learnt elsewhere. */
  missed(topic: string): void {
    if (this.#rounds.has(topic)) this.#missed.add(topic);
  }

  /**
   * What to do about a topic that was last heard so many milliseconds ago: it is subscribed anew, and if it stays silent
   * another socket is tried: where it is never quiet, or where it is known to have missed something.
   */
  answer(topic: string, silentFor: number, { after, busy }: Silence): 'nothing' | 'renew' | 'replace' {
    const rounds = this.#rounds.get(topic) ?? 0;
    if (silentFor < after * 2 ** Math.min(rounds, LONGEST_PATIENCE)) return 'nothing';
    this.#rounds.set(topic, rounds + 1);
    return rounds % 2 === 1 && (busy || this.#missed.has(topic)) ? 'replace' : 'renew';
  }
}
