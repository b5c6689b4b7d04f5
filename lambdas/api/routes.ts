import { health } from './health.ts';
import type { Route } from './route.ts';
import { signalRoutes } from './signals.ts';
import { userRoutes } from './users.ts';

/** Every route of the platform API; the template declares these, and the function answers them. */
export const routes: readonly Route[] = [
  { method: 'GET', path: '/health', needs: undefined, handle: health },
  ...userRoutes,
  ...signalRoutes,
];
