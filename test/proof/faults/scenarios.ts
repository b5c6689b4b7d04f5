import type { ChartDefinition } from '../../../local/tradingview/charts.ts';
import type { Channel, Manner } from './receivers.ts';
import type { Tenant } from './tenant.ts';

/** What happens to a tenant: together these go all the ways of an alert. */
export interface Scenario {
  name: string;
  /** Where pictures come from; `auto` without it. */
  source?: 'tradingview';
  channels?: Partial<Record<Channel, Manner>>;
  /** Whether the user brings a TradingView session. */
  hasSession?: boolean;
  /** Whether there is a signal already whose capture waits since long, and no job for it. */
  isStranded?: boolean;
  /** Whether something scheduled takes part. */
  isScheduled?: boolean;
  play(tenant: Tenant): Promise<void>;
}

const COMMON = { symbol: 'BTCUSDT', interval: '15m', behaviour: 'normal' } as const;
export const CHARTS = {
  usual: { ...COMMON, id: 'fltUsual' },
  slow: { ...COMMON, id: 'fltSlow', behaviour: 'late', lateMs: 1500 },
  stubborn: { ...COMMON, id: 'fltFixed', behaviour: 'fixed-symbol' },
  signedOut: { ...COMMON, id: 'fltOut', sessionExpired: true },
} as const satisfies Record<string, ChartDefinition>;

const ALERT = 'BINANCE:BTCUSDT buy at 67890.5';

export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'drawn, told over every channel, drawn again',
    channels: { telegram: 200, discord: 200, webhook: 200 },
    play: async (tenant) => {
      const id = await tenant.alert(ALERT);
      await tenant.end(id, 1, 'completed');
      await tenant.told({ 'screenshot.completed': 1 });
      await tenant.captureAgain(id);
      await tenant.end(id, 2, 'completed');
      await tenant.told({ 'screenshot.completed': 2 });
    },
  },
  {
    name: 'photographed as the user',
    channels: { webhook: 200 },
    hasSession: true,
    play: async (tenant) => {
      const id = await tenant.alert(ALERT, CHARTS.usual.id);
      await tenant.end(id, 1, 'completed');
      await tenant.told({ 'screenshot.completed': 1 });
    },
  },
  {
    name: 'two at once of one account',
    hasSession: true,
    play: async (tenant) => {
      const ids = await Promise.all([1, 2].map((price) => tenant.alert(`${ALERT}${price}`, CHARTS.slow.id)));
      for (const id of ids) await tenant.end(id, 1, 'completed');
    },
  },
  {
    name: 'signed out, drawn instead',
    channels: { webhook: 200 },
    hasSession: true,
    play: async (tenant) => {
      const id = await tenant.alert(ALERT, CHARTS.signedOut.id);
      await tenant.end(id, 1, 'completed');
      await tenant.told({ 'screenshot.completed': 1, 'session.expired': 1 });
    },
  },
  {
    name: 'failed',
    source: 'tradingview',
    channels: { webhook: 200 },
    play: async (tenant) => {
      const id = await tenant.alert('BINANCE:ETHUSDT buy at 2500', CHARTS.stubborn.id);
      await tenant.end(id, 1, 'failed');
      await tenant.told({ 'screenshot.failed': 1 });
    },
  },
  {
    name: 'overtaken by another capture',
    play: async (tenant) => {
      const id = await tenant.alert(ALERT, CHARTS.slow.id);
      await tenant.captureAgain(id);
      await tenant.end(id, 2, 'completed');
    },
  },
  {
    name: 'repeated and refused',
    play: async (tenant) => {
      const [id = ''] = await Promise.all([1, 2].map(() => tenant.alert(ALERT)));
      await tenant.alert(ALERT);
      await tenant.refused('', 422);
      await tenant.end(id, 1, 'completed');
    },
  },
  {
    name: 'told by receivers that refuse',
    channels: { telegram: 503, discord: 404, webhook: 429 },
    play: async (tenant) => {
      const id = await tenant.alert(ALERT);
      await tenant.end(id, 1, 'completed');
      await tenant.told({ 'screenshot.completed': 1 });
    },
  },
  {
    name: 'stranded and swept',
    channels: { webhook: 200 },
    isStranded: true,
    isScheduled: true,
    play: async (tenant) => {
      const [id = ''] = tenant.planted;
      await tenant.scheduled(() => tenant.hasEnded(id, 2));
      await tenant.end(id, 2, 'completed');
      await tenant.told({ 'screenshot.completed': 1 });
    },
  },
  {
    name: 'signed out, and looked at',
    channels: { webhook: 200 },
    hasSession: true,
    isScheduled: true,
    play: async (tenant) => {
      tenant.signOut();
      await tenant.scheduled(() => tenant.isTold('session.expired', 1));
      await tenant.told({ 'session.expired': 1 });
    },
  },
];
