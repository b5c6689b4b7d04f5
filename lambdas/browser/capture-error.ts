import { CaptureFailure } from '../../core/captures/picture.ts';

/** How a capture can end without an image, and whether another try may help. */
const ENDS = {
  /** The page says that its chart is ready, but nothing is drawn. */
  blank: { retryable: true },
  /** The page, or the browser under it, died. */
  crashed: { retryable: true },
  /** The chart pages' server does not answer, or answers with an error. */
  unreachable: { retryable: true },
  /** Not ready before the deadline. */
  timeout: { retryable: true },
  /** No chart of this id, or not one that is shared. */
  chart_not_found: { retryable: false },
  /** The chart shows another symbol than it was asked for. */
  wrong_symbol: { retryable: false },
} as const;

export type CaptureEnd = keyof typeof ENDS;

export class CaptureError extends CaptureFailure {
  constructor(reason: CaptureEnd, message: string, options?: ErrorOptions) {
    super(reason, ENDS[reason].retryable, message, options);
    this.name = 'CaptureError';
  }
}
