/** Run by kill.test.ts and killed in the middle: a mapping over a stream of 60 records, in batches of 5. */
import { join } from 'node:path';
import { createLogs } from '../../../local/aws/logs.ts';
import { createLambda } from '../../../local/lambda/lambda.ts';
import { FakeStream, STREAM } from './fake-stream.ts';

const [directory = ''] = process.argv.slice(2);
const stream = new FakeStream();
for (let index = 1; index <= 60; index += 1) stream.write(`k${index}`);
const lambda = createLambda({
  directory,
  endpointUrl: () => 'http://127.0.0.1:9',
  logs: createLogs(join(directory, 'logs.sqlite')).store,
  authorize: () => true,
  call: stream.call,
  onStreamRecords: stream.onStreamRecords,
  onDenied: () => undefined,
  onError: console.error,
});
lambda.defineFunction({
  logicalId: 'Relay',
  name: 'relay',
  properties: {
    Handler: 'index.handler',
    Runtime: 'nodejs24.x',
    Role: 'arn:aws:iam::000000000000:role/worker',
    Environment: { Variables: { SEEN: join(directory, 'seen') } },
  },
  codeDirectory: directory,
  credentials: { accessKeyId: 'a', secretAccessKey: 's', sessionToken: undefined },
});
lambda.defineEventSourceMapping(
  { logicalId: 'Mapping', name: 'mapping' },
  { EventSourceArn: STREAM, FunctionName: 'relay', BatchSize: 5, StartingPosition: 'TRIM_HORIZON' },
);
await lambda.start();
