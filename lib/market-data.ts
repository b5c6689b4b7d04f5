import { ContainerDefinition } from 'aws-cdk-lib/aws-ecs';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { Config } from '../config/schema.ts';
import type { ServiceFunction } from './service-function.ts';
import { MarketTable } from './tables.ts';

type TableAction = 'dynamodb:GetItem' | 'dynamodb:PutItem' | 'dynamodb:BatchWriteItem' | 'dynamodb:Query';

/** What collectors have stored. It stays where collectors are switched off. */
export class MarketData extends Construct {
  readonly table: MarketTable;
  readonly #hotHours: number;

  constructor(scope: Construct, id: string, { collectors }: Config) {
    super(scope, id);
    this.#hotHours = collectors.hotHours;
    this.table = new MarketTable(this, 'Table');
  }

  /** Lets a function, or a task by its container, do this with the table. */
  allow(to: ServiceFunction | ContainerDefinition, ...actions: TableAction[]): void {
    to.addEnvironment('MARKET_TABLE', this.table.tableName);
    to.addEnvironment('HOT_HOURS', String(this.#hotHours));
    const statement = new PolicyStatement({ actions, resources: [this.table.tableArn] });
    if (to instanceof ContainerDefinition) to.taskDefinition.addToTaskRolePolicy(statement);
    else to.addToRolePolicy(statement);
  }
}
