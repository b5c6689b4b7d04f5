import { CaptureFailure } from '../../core/captures/picture.ts';

/**
 * How a capture can end without an image, and whether another try may help. Only what may have passed by then is tried
 * again; the rest is told to the user, who alone can change it.
 */
const ENDS = {
  /** Not ready before the deadline. */
  timeout: { retryable: true, fallsBack: 'never' },
  /** The page says that its chart is ready, but nothing is drawn. */
  blank: { retryable: true, fallsBack: 'never' },
  /** The page, or the browser under it, died. */
  crashed: { retryable: true, fallsBack: 'never' },
  /** The chart pages' server does not answer, answers with an error, or something that is not its own stands before it. */
  unreachable: { retryable: true, fallsBack: 'never' },
  /** Something lies over the chart that could not be put aside. Not every visit gets it. */
  dialog: { retryable: true, fallsBack: 'never' },
  /** The account opened a chart elsewhere, and its plan allows no further connection: TradingView closed this one. */
  connection_limit: { retryable: true, fallsBack: 'never' },
  /** This machine has none that could open the chart: only a local run can find itself so. */
  no_browser: { retryable: false, fallsBack: 'always' },
  /** The session that was sent is known no more. */
  session_expired: { retryable: false, fallsBack: 'always' },
  /** TradingView has closed its charts to the account. */
  account_restricted: { retryable: false, fallsBack: 'auto' },
  /** No chart of this id. */
  chart_not_found: { retryable: false, fallsBack: 'auto' },
  /** A chart that its owner shares with nobody, or not with this account. */
  chart_not_shared: { retryable: false, fallsBack: 'auto' },
  /** The chart shows another symbol than the signal's, and can't be made to show it. */
  wrong_symbol: { retryable: false, fallsBack: 'auto' },
} as const;

export type CaptureEnd = keyof typeof ENDS;

export class CaptureError extends CaptureFailure {
  constructor(reason: CaptureEnd, message: string, options?: ErrorOptions) {
    const { retryable, fallsBack } = ENDS[reason];
    super(reason, retryable, message, { ...options, fallsBack });
    this.name = 'CaptureError';
  }
}
