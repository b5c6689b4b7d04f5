import type { Screenshot, StoredSignal } from '../alerts/stored-signal.ts';
import type { User } from '../alerts/user.ts';

/** What a drawer of pictures gets and gives; the two capture functions differ in nothing else. */

/** Sizes in pixels. */
export const RESOLUTION_PIXELS = {
  '720p': { width: 1280, height: 720 },
  '1080p': { width: 1920, height: 1080 },
  '4k': { width: 3840, height: 2160 },
} as const satisfies Record<User['screenshot_resolution'], { width: number; height: number }>;

export interface PictureRequest {
  signal: StoredSignal;
  user: User;
  /** Epoch milliseconds by which the picture must be there. */
  deadline: number;
}

export interface Picture extends Pick<Screenshot, 'width' | 'height'> {
  png: Uint8Array;
}

export type Draw = (request: PictureRequest) => Promise<Picture>;

/** Whose picture our own chart takes the place of: nobody's, that of who left the source open, or everybody's. */
export type FallsBack = 'never' | 'auto' | 'always';

/** A try that gave no picture. The reason is a stable name that the signal shows. */
export class CaptureFailure extends Error {
  readonly reason: string;
  /** Whether another try may help. */
  readonly retryable: boolean;
  readonly fallsBack: FallsBack;

  constructor(
    reason: string,
    retryable: boolean,
    message: string,
    { fallsBack = 'never', ...options }: ErrorOptions & { fallsBack?: FallsBack } = {},
  ) {
    super(message, options);
    this.name = 'CaptureFailure';
    this.reason = reason;
    this.retryable = retryable;
    this.fallsBack = fallsBack;
  }
}
