import { expect, it } from 'vitest';
import { permissionsOf } from '../../../../local/aws/dynamodb/permissions.ts';

const SIGNALS = 'arn:aws:dynamodb:eu-west-1:000000000000:table/signals';
const USERS = 'arn:aws:dynamodb:eu-west-1:000000000000:table/users';
const STREAM = `${SIGNALS}/stream/2026-03-01T12:00:00.000`;
const on = (TableName: string) => ({ TableName });

it.each<[string, unknown, [string, string][]]>([
  ['PutItem', { TableName: 'signals' }, [['dynamodb:PutItem', SIGNALS]]],
  ['Query', { TableName: 'signals', IndexName: 'by-day' }, [['dynamodb:Query', `${SIGNALS}/index/by-day`]]],
  ['Scan', { TableName: 'signals' }, [['dynamodb:Scan', SIGNALS]]],
  [
    'BatchWriteItem',
    { RequestItems: { signals: [], users: [] } },
    [
      ['dynamodb:BatchWriteItem', SIGNALS],
      ['dynamodb:BatchWriteItem', USERS],
    ],
  ],
  [
    'TransactWriteItems',
    {
      TransactItems: [
        { Put: on('signals') },
        { Update: on('users') },
        { Put: on('signals') },
        { Delete: on('signals') },
        { ConditionCheck: on('users') },
      ],
    },
    [
      ['dynamodb:PutItem', SIGNALS],
      ['dynamodb:UpdateItem', USERS],
      ['dynamodb:DeleteItem', SIGNALS],
      ['dynamodb:ConditionCheckItem', USERS],
    ],
  ],
  ['TransactGetItems', { TransactItems: [{ Get: on('signals') }] }, [['dynamodb:GetItem', SIGNALS]]],
  ['DescribeStream', { StreamArn: STREAM }, [['dynamodb:DescribeStream', STREAM]]],
  ['GetShardIterator', { StreamArn: STREAM }, [['dynamodb:GetShardIterator', STREAM]]],
  ['GetRecords', { ShardIterator: `${STREAM}|1|abc` }, [['dynamodb:GetRecords', STREAM]]],
  ['ListStreams', {}, [['dynamodb:ListStreams', '*']]],
  ['ListTables', {}, [['dynamodb:ListTables', '*']]],
  ['DescribeTable', { TableName: 'nowhere' }, [['dynamodb:DescribeTable', SIGNALS.replace('signals', 'nowhere')]]],
  ['GetItem', {}, [['dynamodb:GetItem', SIGNALS.replace('signals', '')]]],
])('%s %j needs its actions', (operation, body, expected) => {
  const request = { operation, method: 'POST', path: '/', query: new URLSearchParams(), headers: {} };
  const permissions = permissionsOf({ ...request, body: Buffer.from(JSON.stringify(body)) });
  expect(permissions.map(({ action, resource }) => [action, resource])).toEqual(expected);
});
