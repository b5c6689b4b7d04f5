import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { TestRun } from './local-run.ts';

/** The alerts table of a run, as its operator reaches it. */
export async function alertsTable(run: TestRun): Promise<{ documents: DynamoDBDocumentClient; TableName: string }> {
  const { endpointUrl, region, accessKeyId, secretAccessKey } = run.outputs.aws;
  const client = new DynamoDBClient({
    endpoint: endpointUrl,
    region,
    credentials: { accessKeyId, secretAccessKey },
  });
  const { TableNames = [] } = await client.send(new ListTablesCommand());
  const TableName = TableNames.find((name) => name.includes('Alerts'));
  if (TableName === undefined) throw new Error(`No alerts table among ${TableNames.join(', ')}`);
  return { documents: DynamoDBDocumentClient.from(client), TableName };
}
