import { Duration } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { INDEXES } from '../core/alerts/keys.ts';
import { BROWSER_TIMEOUT, type Captures, CONTEXTS } from './captures.ts';
import { consumeQueue } from './event-sources.ts';
import { deadLetterQueue, jobQueue } from './queues.ts';
import { ServiceFunction } from './service-function.ts';
import { UserSecrets } from './user-secrets.ts';

export interface SessionsProps {
  alertsTable: Table;
  operationsTable: Table;
  captures: Captures;
  logsRetention: RetentionDays;
}

/** As few as AWS lets a queue have: checks can wait, captures can't. */
const CHECKS_AT_ONCE = 2;

/** Users' TradingView sessions: the key of their cookies, what captures need to use them, and the daily look at each. */
export class Sessions extends Construct {
  readonly #cookies: UserSecrets;

  constructor(scope: Construct, id: string, props: SessionsProps) {
    super(scope, id);
    const { alertsTable, operationsTable, captures, logsRetention } = props;
    const { browser, browserQueues } = captures;
    const grant = (to: ServiceFunction, actions: string[], ...resources: string[]) =>
      to.addToRolePolicy(new PolicyStatement({ actions, resources }));

    this.#cookies = new UserSecrets(this, 'Cookies', {
      description: "Cookies of users' TradingView sessions",
      variable: 'SESSIONS_KEY',
    });
    this.#cookies.allowOpening(browser);

    // Leases of accounts; a job that finds its account in use goes back to its queue.
    browser.addEnvironment('OPERATIONS_TABLE', operationsTable.tableName);
    grant(browser, ['dynamodb:PutItem', 'dynamodb:DeleteItem'], operationsTable.tableArn);
    grant(browser, ['sqs:SendMessage'], ...Object.values(browserQueues).map((queue) => queue.queueArn));

    const checks = jobQueue(this, 'Checks', BROWSER_TIMEOUT, deadLetterQueue(this, 'DeadLetters'));
    browser.addEnvironment('CHECK_QUEUE', checks.queueUrl);
    consumeQueue('SessionChecks', browser, checks, { batchSize: CONTEXTS, maxConcurrency: CHECKS_AT_ONCE });
    const checker = new ServiceFunction(this, 'Function', {
      entry: 'lambdas/sessions/handler.ts',
      description: 'Has TradingView sessions checked',
      memoryMB: 256,
      timeout: Duration.minutes(5),
      logsRetention,
      environment: { ALERTS_TABLE: alertsTable.tableName, CHECK_QUEUE: checks.queueUrl },
    });
    grant(checker, ['dynamodb:Query'], `${alertsTable.tableArn}/index/${INDEXES.validSessions.name}`);
    grant(checker, ['sqs:SendMessage'], checks.queueArn);
    new Rule(this, 'EachDay', {
      description: 'Has TradingView sessions checked',
      schedule: Schedule.rate(Duration.days(1)),
      targets: [new LambdaFunction(checker)],
    });
  }

  /** Lets a function seal what users bring. */
  allowBringing(to: ServiceFunction): void {
    this.#cookies.allowSealing(to);
  }
}
