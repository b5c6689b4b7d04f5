import type { ScreenshotSource } from '../alerts/signal.ts';
import type { User } from '../alerts/user.ts';

/** Where a signal's picture comes from: the user's TradingView chart where there is one and it is wanted, else our own. */
export function captureSource(user: Pick<User, 'screenshot_source'>, hasChart: boolean): ScreenshotSource {
  return user.screenshot_source !== 'builtin' && hasChart ? 'tradingview' : 'builtin';
}
