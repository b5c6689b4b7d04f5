import {
  AttributeType,
  BillingMode,
  ProjectionType,
  StreamViewType,
  Table,
  TableEncryption,
} from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import { INDEXES } from '../core/alerts/keys.ts';
import { EXPIRES } from '../core/aws/expiry.ts';

/** A table as all of ours are: on demand, encrypted, restorable to any point in time, protected, one key of two parts, items that expire. */
class ServiceTable extends Table {
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
