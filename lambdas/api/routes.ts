import { apiKeyRoutes } from './api-keys.ts';
import { auditLogRoutes } from './audit-logs.ts';
import { collectorSymbolRoutes } from './collector-symbols.ts';
import { collectorRoutes } from './collectors.ts';
import { correlationRoutes } from './correlation.ts';
import { debugStorageRoutes } from './debug-storage.ts';
import { debugTaskRoutes } from './debug-tasks.ts';
import { documentationRoutes } from './documentation.ts';
import { exportRoutes } from './exports.ts';
import { healthRoute } from './health.ts';
import { jobSampleRoutes } from './job-samples.ts';
import { jobRoutes } from './jobs.ts';
import { logRoutes } from './logs.ts';
import { marketDataRoutes } from './market-data.ts';
import { marketViewRoutes } from './market-views.ts';
import { metricRoutes } from './metrics.ts';
import { notificationRoutes } from './notifications.ts';
import type { Route } from './route.ts';
import { scheduleRoutes } from './schedules.ts';
import { signalListRoutes } from './signal-lists.ts';
import { signalRoutes } from './signals.ts';
import { socketTicketRoutes } from './socket-tickets.ts';
import { statisticsRoutes } from './statistics.ts';
import { tradingViewSessionRoutes } from './tradingview-session.ts';
import { userConfigRoutes } from './user-config.ts';
import { userRoutes } from './users.ts';

/** Every route of the platform API; the template declares these, and the function answers them. */
export const routes: readonly Route[] = [
  healthRoute,
  ...apiKeyRoutes,
  ...documentationRoutes(() => routes),
  ...userRoutes,
  ...userConfigRoutes,
  ...notificationRoutes,
  ...tradingViewSessionRoutes,
  ...signalListRoutes,
  ...auditLogRoutes,
  ...signalRoutes,
  ...socketTicketRoutes,
  ...statisticsRoutes,
  ...exportRoutes,
  ...collectorRoutes,
  ...collectorSymbolRoutes,
  ...marketDataRoutes,
  ...marketViewRoutes,
  ...correlationRoutes,
  ...logRoutes,
  ...metricRoutes,
  ...jobRoutes,
  ...scheduleRoutes,
  ...jobSampleRoutes,
  ...debugStorageRoutes,
  ...debugTaskRoutes,
];
