import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { TestRun } from './local-run.ts';

export interface OperatorsTable {
  documents: DynamoDBDocumentClient;
  TableName: string;
}

/** What any AWS client needs to work against a run as its operator. */
export function operator(run: TestRun) {
  const { endpointUrl, region, accessKeyId, secretAccessKey } = run.outputs.aws;
  return { endpoint: endpointUrl, region, credentials: { accessKeyId, secretAccessKey } };
}

/** The alerts table of a run, as its operator reaches it. */
export function alertsTable(run: TestRun): Promise<OperatorsTable> {
  return tableOf(run, 'Alerts');
}

export function operationsTable(run: TestRun): Promise<OperatorsTable> {
  return tableOf(run, 'Operations');
}

export function marketTable(run: TestRun): Promise<OperatorsTable> {
  return tableOf(run, 'MarketData');
}

async function tableOf(run: TestRun, part: string): Promise<OperatorsTable> {
  const client = new DynamoDBClient(operator(run));
  const { TableNames = [] } = await client.send(new ListTablesCommand());
  const TableName = TableNames.find((name) => name.includes(part));
  if (TableName === undefined) throw new Error(`No table ${part} among ${TableNames.join(', ')}`);
  return { documents: DynamoDBDocumentClient.from(client), TableName };
}
