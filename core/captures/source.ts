import type { ScreenshotSource } from '../alerts/signal.ts';
import type { StoredSignal } from '../alerts/stored-signal.ts';
import type { User } from '../alerts/user.ts';
import type { FallsBack } from './picture.ts';

type Preference = Pick<User, 'screenshot_source'>;

/** Where a signal's picture comes from: the user's TradingView chart where there is one and it is wanted, else our own. */
export function captureSource(user: Preference, hasChart: boolean): ScreenshotSource {
  return user.screenshot_source !== 'builtin' && hasChart ? 'tradingview' : 'builtin';
}

/** Why the picture is our own chart although TradingView's was asked for; undefined where it was not. */
export function builtinReason(
  user: Preference,
  { fallback, chart_id }: Pick<StoredSignal, 'fallback' | 'chart_id'>,
): string | undefined {
  return fallback ?? (user.screenshot_source === 'tradingview' && chart_id === undefined ? 'chart_missing' : undefined);
}

/** Whether our own chart takes the place of a picture that failed for good. */
export function isReplaced(user: Preference, fallsBack: FallsBack): boolean {
  return fallsBack === 'always' || (fallsBack === 'auto' && user.screenshot_source === 'auto');
}
