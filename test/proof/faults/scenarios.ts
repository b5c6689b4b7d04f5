import type { Schemas } from '../../../client/index.ts';
import type { ChartDefinition } from '../../../local/tradingview/charts.ts';
import type { Tenant } from './tenant.ts';

/** What happens to a tenant: together these go all the ways of an alert. */
export interface Scenario {
  name: string;
  config?: Schemas['UserConfigChanges'];
  /** Whether something scheduled takes part. */
  isScheduled?: boolean;
  play(tenant: Tenant): Promise<void>;
}

export const CHARTS = {
  photographed: { id: 'fltPhoto', symbol: 'BTCUSDT', interval: '15m', behaviour: 'normal' },
  stubborn: { id: 'fltFixed', symbol: 'ETHUSDT', interval: '15m', behaviour: 'fixed-symbol' },
} as const satisfies Record<string, ChartDefinition>;

export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'drawn, and asked for again',
    play: async (tenant) => {
      const id = await tenant.alert('BINANCE:BTCUSDT buy at 67890.5');
      await tenant.end(id, 1, 'completed');
      await tenant.captureAgain(id);
      await tenant.end(id, 2, 'completed');
    },
  },
  {
    name: 'photographed',
    play: async (tenant) => {
      const id = await tenant.alert('BINANCE:BTCUSDT sell at 67000', CHARTS.photographed.id);
      await tenant.end(id, 1, 'completed');
    },
  },
  {
    name: 'failed',
    config: { screenshot_source: 'tradingview' },
    play: async (tenant) => {
      const id = await tenant.alert('BINANCE:BTCUSDT buy at 1', CHARTS.stubborn.id);
      await tenant.end(id, 1, 'failed');
    },
  },
  {
    name: 'repeated and refused',
    play: async (tenant) => {
      const sends = [1, 2].map(() => tenant.alert('BYBIT:SOLUSDT sell at 151.2'));
      const [id = ''] = await Promise.all(sends);
      await tenant.alert('BYBIT:SOLUSDT sell at 151.2');
      await tenant.refused('', 422);
      await tenant.end(id, 1, 'completed');
    },
  },
];
