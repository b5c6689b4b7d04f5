import { afterAll, beforeAll, expect, it } from 'vitest';
import { AwsError } from '../../../local/aws/service.ts';
import { type Harness, startHarness } from './harness.ts';

let harness: Harness;
let name: string;
beforeAll(() => {
  harness = startHarness();
  name = harness.define(`export const handler = async (event) => {
    console.log('seen');
    if (event.fail) throw new Error('no');
    return event;
  };`);
});
afterAll(() => harness.close());

function request(method: string, path: string, body = '', headers: Record<string, string> = {}) {
  const bare = { method, path, query: new URLSearchParams(), headers, body: Buffer.from(body), caller: 'operator' };
  return { ...bare, operation: harness.lambda.service.operation(bare) ?? '' };
}
const invocation = (of: string, body: string, headers = {}) =>
  request('POST', `/2015-03-31/functions/${of}/invocations`, body, headers);
const handle = (it: ReturnType<typeof request>) => harness.lambda.service.handle(it);

it('Invoke answers the payload, the error of the function in a header, and the log on request', async () => {
  const arn = `arn:aws:lambda:eu-west-1:000000000000:function:${name}`;
  for (const it of [name, arn, `${arn}:$LATEST`, `000000000000:function:${name}`]) {
    expect(await handle(invocation(it, '{"a":1}'))).toMatchObject({ status: 200, body: '{"a":1}' });
  }
  const answer = await handle(invocation(name, '{"fail":true}', { 'x-amz-log-type': 'Tail' }));
  expect(answer.headers['x-amz-function-error']).toBe('Unhandled');
  expect(JSON.parse(String(answer.body))).toMatchObject({ errorType: 'Error', errorMessage: 'no' });
  expect(Buffer.from(answer.headers['x-amz-log-result'] ?? '', 'base64').toString()).toContain('seen');
});

it('lists and describes functions', async () => {
  const list = JSON.parse(String((await handle(request('GET', '/2015-03-31/functions/'))).body));
  expect(list).toMatchObject({ Functions: [{ FunctionName: name, Runtime: 'nodejs24.x', Timeout: 3 }] });
  const one = JSON.parse(String((await handle(request('GET', `/2015-03-31/functions/${name}`))).body));
  expect(one).toMatchObject({ Configuration: { FunctionName: name } });
});

it('names what IAM checks', () => {
  const resource = `arn:aws:lambda:eu-west-1:000000000000:function:${name}`;
  const { permissions } = harness.lambda.service;
  expect(permissions(invocation(name, ''))).toEqual([{ action: 'lambda:InvokeFunction', resource }]);
  expect(permissions(request('GET', '/2015-03-31/functions'))).toEqual([
    { action: 'lambda:ListFunctions', resource: '*' },
  ]);
});

it('refuses in Lambda’s words', async () => {
  await expect(handle(invocation(name, '{'))).rejects.toMatchObject({ code: 'InvalidRequestContentException' });
  await expect(handle(invocation('other', '{}'))).rejects.toMatchObject({
    code: 'ResourceNotFoundException',
    status: 404,
  });
  expect(request('DELETE', `/2015-03-31/functions/${name}`).operation).toBe('');
  expect(harness.lambda.service.error(new AwsError('ResourceNotFoundException', 'gone', 404))).toEqual({
    status: 404,
    headers: { 'content-type': 'application/json', 'x-amzn-errortype': 'ResourceNotFoundException' },
    body: '{"Type":"User","Message":"gone"}',
  });
});
