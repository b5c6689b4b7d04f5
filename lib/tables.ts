import { Duration } from 'aws-cdk-lib';
import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import {
  AttributeType,
  BillingMode,
  Operation,
  ProjectionType,
  StreamViewType,
  Table,
  TableEncryption,
} from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import { INDEXES } from '../core/alerts/keys.ts';
import { EXPIRES } from '../core/aws/expiry.ts';
import { combined, ServiceAlarm } from './alarms.ts';

const ONE_ITEM = [Operation.GET_ITEM, Operation.PUT_ITEM, Operation.UPDATE_ITEM];
const MANY_ITEMS = [
  Operation.QUERY,
  Operation.SCAN,
  Operation.BATCH_GET_ITEM,
  Operation.BATCH_WRITE_ITEM,
  Operation.TRANSACT_WRITE_ITEMS,
  Operation.DELETE_ITEM,
];

/** DynamoDB takes less than 10 ms for one item. */
const SLOW_MS = 50;

/** A table as all of ours are: on demand, encrypted, restorable to any point in time, protected, one key of two parts, items that expire, watched. */
export class ServiceTable extends Table {
  constructor(scope: Construct, id: string, props: { stream?: StreamViewType } = {}) {
    super(scope, id, {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.AWS_MANAGED,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      timeToLiveAttribute: EXPIRES,
      ...props,
    });
    const period = Duration.minutes(5);
    new ServiceAlarm(this, 'Slow', {
      says: `The table ${this.node.path} answers in more than ${SLOW_MS} ms.`,
      entry: 'Tables are slow',
      metric: combined('MAX', 'slowest operation', this.latencies(period), period),
      over: SLOW_MS,
      periods: 2,
    });
    new ServiceAlarm(this, 'Throttled', {
      says: `Reads or writes of the table ${this.node.path} or of its indexes were throttled.`,
      entry: 'Tables are throttled',
      metric: this.metricThrottledRequestsForOperations({ operations: [...ONE_ITEM, ...MANY_ITEMS], period }),
      over: 0,
    });
  }

  /** Milliseconds, on average, of each operation on one item; those on many take as long as there is to read. */
  latencies(period: Duration): IMetric[] {
    return ONE_ITEM.map((operation) =>
      this.metricSuccessfulRequestLatency({
        dimensionsMap: { TableName: this.tableName, Operation: operation },
        label: operation,
        period,
      }),
    );
  }
}

/** Users, their signals and what is known of them; its stream is the outbox from which captures follow. */
export class AlertsTable extends ServiceTable {
  constructor(scope: Construct, id: string) {
    super(scope, id, { stream: StreamViewType.NEW_AND_OLD_IMAGES });
    for (const index of Object.values(INDEXES)) {
      this.addGlobalSecondaryIndex({
        indexName: index.name,
        partitionKey: { name: index.partitionKey, type: AttributeType.STRING },
        ...('sortKey' in index ? { sortKey: { name: index.sortKey, type: AttributeType.STRING } } : {}),
        projectionType: ProjectionType.KEYS_ONLY,
      });
    }
  }
}

/** What the service needs to run itself: API keys, answers by Idempotency-Key. */
export class OperationsTable extends ServiceTable {}

/** What collectors have stored: trades, candles, books, for as long as they are looked at often. */
export class MarketTable extends ServiceTable {}
