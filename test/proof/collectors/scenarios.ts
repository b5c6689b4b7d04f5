import { setTimeout as sleep } from 'node:timers/promises';
import { binance } from '../../../containers/collector/exchanges/binance.ts';
import { bybit } from '../../../containers/collector/exchanges/bybit.ts';
import type { ExchangeName } from '../../../core/market/candle.ts';
import { type Stage, SYMBOLS } from './stage.ts';

/** What goes wrong between a collector and its exchange. */

export interface Scenario {
  name: string;
  /** Of both exchanges unless given. */
  of?: ExchangeName;
  /** Takes a minute or two. */
  isLong?: boolean;
  /** For a while nobody collects: Bybit then tells of the last 60 trades only, and Binance of all. */
  isAway?: boolean;
  /** Lets it go wrong and sets it right again: what is left is the collector's. */
  play(stage: Stage, exchange: ExchangeName): Promise<void>;
}

const WIRE = { bybit, binance };
/** Time for a few messages. */
const A_WHILE = 1_500;
/** Longer than a collector bears with a connection that says nothing. */
const SILENCE = 50_000;
/** Longer than it takes trades for at rest. */
const TOPIC_SILENCE = 70_000;
const REFUSED_TOPIC = 90_000;
const OUTAGE = 120_000;

type Frame = 'lost' | 'doubled' | 'late' | 'cut';

/** The next messages of the exchange's trades and books suffer it. */
function frames(fault: Frame, count: number) {
  return async ({ exchanges }: Stage, exchange: ExchangeName) => {
    for (const symbol of SYMBOLS) {
      for (const channel of ['trades', 'orderbook'] as const) {
        exchanges.faults.next(WIRE[exchange].topic(channel, symbol), ...Array<Frame>(count).fill(fault));
      }
    }
    await sleep(A_WHILE);
  };
}

const tradesTopic = (exchange: ExchangeName) => WIRE[exchange].topic('trades', SYMBOLS[0] ?? '');

export const SCENARIOS: readonly Scenario[] = [
  { name: 'messages lost', play: frames('lost', 2) },
  { name: 'messages doubled', play: frames('doubled', 5) },
  { name: 'messages out of order', play: frames('late', 3) },
  { name: 'messages cut', play: frames('cut', 1) },
  {
    name: 'connection dropped',
    play: async ({ exchanges }, exchange) => exchanges.streams.drop(exchange),
  },
  {
    name: 'the server announces its end',
    of: 'binance',
    play: async ({ exchanges }) => exchanges.streams.announceShutdown('binance'),
  },
  {
    name: 'a snapshot older than the stream',
    of: 'binance',
    play: async ({ exchanges }) => {
      exchanges.faults.snapshotAge = 5_000;
      exchanges.streams.drop('binance');
      await sleep(10_000);
      exchanges.faults.snapshotAge = 0;
    },
  },
  {
    name: 'connection silent',
    isLong: true,
    play: async ({ exchanges }, exchange) => {
      exchanges.faults.silent.add(exchange);
      await sleep(SILENCE);
      exchanges.faults.silent.delete(exchange);
    },
  },
  {
    name: 'one topic silent among live ones',
    isLong: true,
    play: async ({ exchanges }, exchange) => {
      exchanges.faults.silentTopics.add(tradesTopic(exchange));
      await sleep(TOPIC_SILENCE);
      exchanges.faults.silentTopics.delete(tradesTopic(exchange));
    },
  },
  {
    name: 'subscription refused',
    isLong: true,
    play: async ({ exchanges }, exchange) => {
      exchanges.faults.refusedTopics.add(tradesTopic(exchange));
      exchanges.streams.drop(exchange);
      await sleep(REFUSED_TOPIC);
      exchanges.faults.refusedTopics.delete(tradesTopic(exchange));
    },
  },
  {
    name: 'connections refused for two minutes',
    isLong: true,
    play: async ({ exchanges }, exchange) => {
      exchanges.faults.refusedConnections.add(exchange);
      exchanges.streams.drop(exchange);
      await sleep(OUTAGE);
      exchanges.faults.refusedConnections.delete(exchange);
    },
  },
  {
    name: 'SIGTERM, by stop and start',
    isAway: true,
    play: async (stage, exchange) => {
      await stage.stop(exchange);
      await stage.start(exchange);
    },
  },
  {
    name: 'SIGKILL',
    isAway: true,
    play: async (stage, exchange) => stage.kill(exchange),
  },
];
