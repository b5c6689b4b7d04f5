import {
  AttributeType,
  BillingMode,
  ProjectionType,
  StreamViewType,
  Table,
  TableEncryption,
} from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import { SIGNALS_BY_ID } from '../core/alerts/keys.ts';

/** A table as all of ours are: on demand, encrypted, restorable to any point in time, protected, one key of two parts. */
class ServiceTable extends Table {
  constructor(scope: Construct, id: string, props: { stream?: StreamViewType } = {}) {
    super(scope, id, {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.AWS_MANAGED,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      ...props,
    });
  }
}

/** Users and signals; its stream is the outbox from which captures follow. */
export class AlertsTable extends ServiceTable {
  constructor(scope: Construct, id: string) {
    super(scope, id, { stream: StreamViewType.NEW_AND_OLD_IMAGES });
    // One write unit an alert, at its put: its keys never change after.
    this.addGlobalSecondaryIndex({
      indexName: SIGNALS_BY_ID,
      partitionKey: { name: 'id', type: AttributeType.STRING },
      projectionType: ProjectionType.KEYS_ONLY,
    });
  }
}

/** What the service needs to run itself: API keys. */
export class OperationsTable extends ServiceTable {}
