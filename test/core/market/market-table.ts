import { startTable, type TestTable } from '../service-table.ts';

export type MarketTable = TestTable;

/** The market table on a DynamoDB of its own. */
export function startMarketTable(): Promise<MarketTable> {
  return startTable('market', { MARKET_TABLE: 'market', HOT_HOURS: '48' });
}
