/**
 * A program to be killed: writes without end and tells each write on standard output once it is acknowledged. Every write
 * carries a revision of its own. Given a number of statements it kills itself before that one of SQLite's, which meets
 * the moments between the parts of a write far more often than a signal from outside.
 *
 *     node storm.ts <dir> <round> [statements]
 */
import { writeSync } from 'node:fs';
import { StatementSync } from 'node:sqlite';
import { createDynamoDb } from '../../../../local/aws/dynamodb/index.ts';
import { TABLE } from './server.ts';

const [dir = '', round = '', statements] = process.argv.slice(2);
const dynamoDb = await createDynamoDb({ dir });
await dynamoDb.defineTable('storm', TABLE);

if (statements !== undefined) {
  let left = Number(statements);
  StatementSync.prototype.run = new Proxy(StatementSync.prototype.run, {
    apply(run, statement, values) {
      left -= 1;
      if (left <= 0) process.kill(process.pid, 'SIGKILL');
      return Reflect.apply(run, statement, values);
    },
  });
}

async function call(operation: string, input: object): Promise<void> {
  const request = { operation, method: 'POST', path: '/', query: new URLSearchParams(), headers: {} };
  const { status, body } = await dynamoDb.handle({ ...request, body: Buffer.from(JSON.stringify(input)) });
  if (status !== 200) throw new Error(String(body));
}

const TableName = 'storm';
const padding = { S: 'x'.repeat(700) };
let writes = 0;

async function write(writer: number): Promise<void> {
  const n = writes++;
  const rev = { S: `${round}-${n}` };
  const Key = { pk: { S: `writer-${writer}` }, sk: { S: String(n % 5) } };
  const pending = n % 3 === 0 ? { pending: { S: 'chart' }, at: { N: String(n) } } : {};
  const update = (sk: string) => ({
    TableName,
    Key: { pk: Key.pk, sk: { S: sk } },
    UpdateExpression: 'SET rev = :rev, pending = :chart, #at = :n ADD times :one',
    ExpressionAttributeNames: { '#at': 'at' },
    ExpressionAttributeValues: { ':rev': rev, ':chart': { S: 'chart' }, ':n': { N: String(n) }, ':one': { N: '1' } },
  });
  switch (n % 4) {
    case 0:
      await call('PutItem', { TableName, Item: { ...Key, ...pending, rev, padding } });
      break;
    case 1:
      await call('UpdateItem', update(Key.sk.S));
      break;
    case 2:
      // Both or none: the test compares the two.
      await call('TransactWriteItems', {
        TransactItems: [{ Update: update('left') }, { Update: update('right') }],
        ClientRequestToken: rev.S,
      });
      break;
    default:
      await call('BatchWriteItem', { RequestItems: { storm: [{ PutRequest: { Item: { ...Key, rev } } }] } });
  }
  writeSync(1, `${rev.S}\n`);
}

async function writer(number: number): Promise<never> {
  while (true) {
    await write(number);
    // Lets the other writers in, so that the kill may meet any of them.
    await new Promise(setImmediate);
  }
}

await Promise.all([0, 1, 2, 3].map(writer));
