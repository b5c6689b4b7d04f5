import { environment } from '../../core/aws/environment.ts';
import { secretReader } from '../../core/aws/secret.ts';

/** The key that signs cursors, read once an instance. */
export const cursorKey = secretReader(() => environment('CURSOR_KEY_SECRET'), Number.POSITIVE_INFINITY);
