import { type AlertsTable, startAlertsTable } from '../alerts-table.ts';

/** The alerts table, and the modules over it: loaded after it, since they find it by their environment. */
export interface StatisticsTable {
  table: AlertsTable;
  signals: typeof import('./signals.ts');
  reports: typeof import('../../../../core/alerts/statistics/reports.ts');
  history: typeof import('../../../../core/alerts/statistics/history.ts');
  budgets: typeof import('../../../../core/alerts/statistics/read-budget.ts');
  segments: typeof import('../../../../core/alerts/statistics/segments.ts');
  stored: typeof import('../../../../core/alerts/signals.ts');
}

export async function startStatisticsTable(): Promise<StatisticsTable> {
  return {
    table: await startAlertsTable(),
    signals: await import('./signals.ts'),
    reports: await import('../../../../core/alerts/statistics/reports.ts'),
    history: await import('../../../../core/alerts/statistics/history.ts'),
    budgets: await import('../../../../core/alerts/statistics/read-budget.ts'),
    segments: await import('../../../../core/alerts/statistics/segments.ts'),
    stored: await import('../../../../core/alerts/signals.ts'),
  };
}
