import type { AwsRequest, AwsResponse, AwsService } from '../service.ts';
import { ACCOUNT } from '../service.ts';
import { queueName } from './attributes.ts';
import { openDatabase } from './database.ts';
import { sqsError } from './errors.ts';
import { LongPolls } from './long-polls.ts';
import { messageOperations } from './message-operations.ts';
import { messageStore, type Receipt } from './message-store.ts';
import { moveTasks } from './move-tasks.ts';
import { sqsPermissions } from './permissions.ts';
import { queueOperations } from './queue-operations.ts';
import { queueStore } from './queue-store.ts';
import { type Inputs, isOperation, type Operation, readRequest } from './requests.ts';

export interface Sqs extends AwsService {
  /**
   * Makes the queue of an `AWS::SQS::Queue`, or gives an existing one the template's attributes; its messages stay.
   * @param properties resolved CloudFormation properties
   * @throws Error that names a property which is wrong or not supported (FIFO queues are not)
   */
  defineQueue(name: string, properties: unknown): { url: string; arn: string };
  /** Where clients reach the service: the start of queue URLs. */
  setEndpoint(url: string): void;
}

type Handlers = { [O in Operation]: (input: Inputs[O], signal: AbortSignal | undefined) => object | Promise<object> };

const TARGET = /^AmazonSQS\.(\w+)$/;

/**
 * SQS's standard queues in this process, over AWS JSON 1.0. A message whose sender has an answer is stored for good.
 * @param options.dir where `sqs.db` lies
 * @param options.endpoint e.g. `http://127.0.0.1:4566`; may be set later
 */
export async function createSqs(options: { dir: string; endpoint?: string }): Promise<Sqs> {
  let endpoint = options.endpoint ?? '';
  const database = openDatabase(options.dir);
  const queues = queueStore(database);
  const messages = messageStore(database);
  const polls = new LongPolls<Receipt>((name) => messages.firstVisibleAt(name));
  const tasks = moveTasks(database, queues, messages, (name) => polls.wake(name));
  const urlOf = (name: string): string => `${endpoint}/${ACCOUNT}/${name}`;
  const handlers: Handlers = {
    ...messageOperations(database, queues, messages, polls),
    ...queueOperations(queues, messages, tasks, urlOf),
  };

  function operationOf(name: string): Operation {
    if (!isOperation(name)) throw new Error(`SQS has no operation ${name} here`);
    return name;
  }

  async function run<O extends Operation>(operation: O, request: AwsRequest): Promise<AwsResponse> {
    const output = await handlers[operation](readRequest(operation, request.body), request.signal);
    return { status: 200, headers: { 'content-type': 'application/x-amz-json-1.0' }, body: JSON.stringify(output) };
  }

  function keyOf(arn: string): string | undefined {
    return queues.find(queueName(arn) ?? '')?.attributes.KmsMasterKeyId;
  }

  return {
    name: 'sqs',
    operation(request) {
      const name = TARGET.exec(request.headers['x-amz-target'] ?? '')?.[1] ?? '';
      return isOperation(name) ? name : undefined;
    },
    permissions: (request) => sqsPermissions(operationOf(request.operation), request.body, keyOf),
    handle: (request) => run(operationOf(request.operation), request),
    error: sqsError,
    defineQueue(name, properties) {
      const { arn } = queues.define(name, properties);
      return { url: urlOf(name), arn };
    },
    setEndpoint(url) {
      endpoint = url.replace(/\/$/, '');
    },
    async close() {
      tasks.close();
      polls.close();
      if (database.isOpen) database.close();
    },
  };
}
