import { Duration } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Config } from '../config/schema.ts';
import type { Captures } from './captures.ts';
import { consumeQueue } from './event-sources.ts';
import { deadLetterQueue, jobQueue } from './queues.ts';
import { ServiceFunction } from './service-function.ts';
import { UserSecrets } from './user-secrets.ts';

export interface NotificationsProps {
  config: Config;
  alertsTable: Table;
  operationsTable: Table;
  captures: Captures;
  logsRetention: RetentionDays;
}

/** Twice what one receiver may take. */
const TIMEOUT = Duration.seconds(20);
/** On AWS the machine itself is no receiver; only a local run can be told otherwise. */
const LOOPBACK_RECEIVERS = 'refused';

/** Telling users over their own channels: the queue of messages, the function that sends them, the key of the secrets. */
export class Notifications extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;
  readonly #secrets: UserSecrets;

  constructor(scope: Construct, id: string, props: NotificationsProps) {
    super(scope, id);
    const { config, alertsTable, operationsTable, captures, logsRetention } = props;
    this.deadLetters = deadLetterQueue(this, 'DeadLetters');
    this.queue = jobQueue(this, 'Queue', TIMEOUT, this.deadLetters);
    this.#secrets = new UserSecrets(this, 'Secrets', {
      description: "Users' notification channels: bots' tokens, addresses, signing keys",
      variable: 'CHANNELS_KEY',
    });
    const notifier = new ServiceFunction(this, 'Function', {
      entry: 'lambdas/notify/handler.ts',
      description: 'Tells users what happened',
      memoryMB: 512,
      timeout: TIMEOUT,
      logsRetention,
      environment: {
        ALERTS_TABLE: alertsTable.tableName,
        OPERATIONS_TABLE: operationsTable.tableName,
        IMAGES_BUCKET: captures.images.bucketName,
        NOTIFICATION_DEAD_LETTERS: this.deadLetters.queueUrl,
        TELEGRAM_API_URL: config.notifications.telegramUrl,
        DISCORD_API_URL: config.notifications.discordUrl,
        RETRY_SECONDS: JSON.stringify(config.notifications.retrySeconds),
        LOOPBACK_RECEIVERS,
      },
    });
    consumeQueue('Messages', notifier, this.queue, {
      // What one receiver does not take holds up nobody else's.
      batchSize: 1,
      maxConcurrency: config.notifications.concurrency,
    });
    const grant = (actions: string[], resource: string) =>
      notifier.addToRolePolicy(new PolicyStatement({ actions, resources: [resource] }));
    grant(['dynamodb:GetItem'], alertsTable.tableArn);
    grant(['dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'], operationsTable.tableArn);
    this.allowSending(notifier); // A message whose receiver is busy goes back.
    grant(['sqs:SendMessage'], this.deadLetters.queueArn);
    captures.allowShowing(notifier);
    this.#secrets.allowOpening(notifier);
  }

  /** Lets the function that takes users' channels keep them, and send to them. */
  allowSetting(to: ServiceFunction): void {
    to.addEnvironment('LOOPBACK_RECEIVERS', LOOPBACK_RECEIVERS);
    this.#secrets.allowSealing(to);
    this.allowSending(to);
  }

  allowSending(to: ServiceFunction): void {
    to.addEnvironment('NOTIFICATION_QUEUE', this.queue.queueUrl);
    to.addToRolePolicy(new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [this.queue.queueArn] }));
  }
}
