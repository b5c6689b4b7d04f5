import { describe, expect, it } from 'vitest';
import { Budget } from '../../../../containers/collector/exchanges/budget.ts';
import { ExchangeTime } from '../../../../containers/collector/feed/exchange-time.ts';
import { Retry } from '../../../../containers/collector/feed/retry.ts';
import { MarketError } from '../../../../core/market/error.ts';

const SETTINGS = { base: 500, cap: 4000, openAfter: 6, openFor: 30_000 };

describe('trying again', () => {
  it('is done at once, then after up to twice as long each time, and not at all while the circuit is open', () => {
    const retry = new Retry(SETTINGS, () => 1);
    expect(Array.from({ length: 5 }, () => retry.failed())).toEqual([0, 500, 1000, 2000, 4000]);
    expect(retry.circuit).toBe('closed');
    expect(retry.failed()).toBe(30_000);
    expect(retry.circuit).toBe('open');
    retry.trying();
    expect(retry.circuit).toBe('half-open');
    expect(retry.failed()).toBe(30_000);
    expect(retry.circuit).toBe('open');
    retry.trying();
    retry.succeeded();
    expect(retry.circuit).toBe('closed');
    expect(retry.failed()).toBe(0);
  });

  it('is spread over the whole delay by chance', () => {
    const retry = new Retry(SETTINGS, () => 0.25);
    expect([retry.failed(), retry.failed(), retry.failed()]).toEqual([0, 125, 250]);
  });
});

describe('an exchange’s time', () => {
  it('follows the quickest messages, goes on in silence, and does not care what our wall clock says', () => {
    let elapsed = 0;
    let wall = 1_000_000;
    const time = new ExchangeTime({ now: () => wall, elapsed: () => elapsed });
    expect(time.now()).toBeUndefined();
    time.witnessed(5000, elapsed);
    elapsed = 100;
    time.witnessed(5020, elapsed);
    expect(time.now()).toBe(5100);
    wall = 2_000_000;
    elapsed = 10_100;
    expect(time.now()).toBe(15_100);
    expect(time.skew()).toBe(2_000_000 - 15_100);
    // Our clock runs a little faster: what was witnessed long ago is forgotten.
    for (const at of [40_000, 70_000, 100_000]) {
      elapsed = at;
      time.witnessed(at + 4000, elapsed);
    }
    expect(time.now()).toBe(104_000);
  });
});

describe('a budget', () => {
  const clock = { now: Date.now, elapsed: () => performance.now() };
  const options = { exchange: 'binance', weight: 2, within: 30, stayAway: 60_000, clock } as const;

  it('lets no more through in a stretch of time than the exchange allows, in the order of asking', async () => {
    const started = performance.now();
    const budget = new Budget(options);
    const ask = async () => performance.now() - started;
    const times = await Promise.all([1, 1, 1, 1, 1].map((weight) => budget.spend(weight, ask)));
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(times[2]).toBeGreaterThanOrEqual(29);
    expect(times[4]).toBeGreaterThanOrEqual(58);
  });

  it('asks nothing while the exchange wants no requests, and says so at once', async () => {
    let elapsed = 0;
    const budget = new Budget({ ...options, clock: { now: Date.now, elapsed: () => elapsed } });
    const refuse = async () => {
      throw new MarketError('rate_limited', 'binance', 'status 429', { retryAfter: 7 });
    };
    await expect(budget.spend(1, refuse)).rejects.toMatchObject({ kind: 'rate_limited', retryAfter: 7 });
    elapsed = 6999;
    let asked = 0;
    const ask = async () => {
      asked += 1;
    };
    await expect(budget.spend(1, ask)).rejects.toMatchObject({ kind: 'rate_limited' });
    expect(asked).toBe(0);
    elapsed = 7000;
    await budget.spend(1, ask);
    expect(asked).toBe(1);
  });
});
