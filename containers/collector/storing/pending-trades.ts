import { endOfGap, type GapEnds } from '../../../core/market/hot-trades.ts';
import type { Trade, TradePoint } from '../../../core/market/trade.ts';
import { idsApart } from '../../../core/market/trade-ids.ts';
import { isCovered } from '../trades/sequence.ts';

type Pending = Trade | GapEnds;

/** The trades of one market that are not stored yet, in the exchange's order, and the gaps among them. */
export class PendingTrades {
  #list: Pending[] = [];
  /** All after it is stored, or here, or in a gap; undefined before a market's first trade. */
  #known: TradePoint | undefined;

  constructor(known: TradePoint | undefined) {
    this.#known = known;
  }

  get size(): number {
    return this.#list.length;
  }

  /** Where one goes on who has all this. */
  get newest(): TradePoint | undefined {
    const last = this.#list.at(-1);
    return last === undefined ? this.#known : endOf(last);
  }

  /** Takes the next trade or gap, but for what another has stored already, who is ahead of the feed here. */
  push(one: Pending): void {
    this.#known ??= isGap(one) ? one.from : endOfGap({ to: one });
    if (this.#list.length > 0) this.#list.push(one);
    else if (!isCovered(this.#known, endOf(one))) this.#list.push(isGap(one) ? { from: this.#known, to: one.to } : one);
  }

  /** What comes first: a gap, or all trades up to the next one, but `most` at most. */
  first(most: number): GapEnds | Trade[] {
    const [first] = this.#list;
    if (first !== undefined && isGap(first)) return first;
    const trades: Trade[] = [];
    for (const one of this.#list) {
      if (isGap(one) || trades.length === most) break;
      trades.push(one);
    }
    return trades;
  }

  /**
   * What is stored ends with `last`, whoever stored it: what that covers goes from here. Where it ends before what is
   * known here, nobody can say what was between, and that is a gap.
   */
  goOnAfter(last: TradePoint): void {
    const first = this.#list.findIndex((one) => !isCovered(last, endOf(one)));
    this.#list.splice(0, first < 0 ? this.#list.length : first);
    const [next] = this.#list;
    const isKnown = this.#known !== undefined && isCovered(last, this.#known);
    this.#known = last;
    if (next === undefined) return;
    if (isGap(next)) this.#list[0] = { from: last, to: next.to };
    else if (!isKnown && idsApart(last.tradeId, next.tradeId) !== 1) {
      this.#list.unshift({ from: last, to: pointOf(next) });
    }
  }

  /** Forgets the older half, which becomes a gap; answers how many trades that were. */
  forgetHalf(): number {
    const kept = this.#list.slice(Math.ceil(this.#list.length / 2));
    const [next] = kept;
    if (next === undefined || this.#known === undefined) return 0;
    const forgotten = this.#list.slice(0, -kept.length).filter((one) => !isGap(one)).length;
    const gap = { from: this.#known, to: isGap(next) ? next.to : pointOf(next) };
    this.#list = isGap(next) ? [gap, ...kept.slice(1)] : [gap, ...kept];
    return forgotten;
  }
}

export function isGap(one: Pending | Trade[]): one is GapEnds {
  return 'from' in one;
}

function endOf(one: Pending): TradePoint {
  return isGap(one) ? endOfGap(one) : pointOf(one);
}

const pointOf = ({ tradeId, timestamp }: TradePoint): TradePoint => ({ tradeId, timestamp });
