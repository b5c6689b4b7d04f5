import { Stack } from 'aws-cdk-lib';
import { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import type { Config } from '../config/schema.ts';
import { drawDashboard } from './dashboard.ts';

/** What people see of the service's health: the dashboard, and a mail for each alarm of the stack. Made last. */
export class Watching extends Construct {
  constructor(scope: Construct, id: string, { email }: Config['alarms']) {
    super(scope, id);
    const alarms = Stack.of(this)
      .node.findAll()
      .filter((it) => it instanceof Alarm);
    drawDashboard(this, alarms);
    if (email !== undefined) this.#mail(email, alarms);
  }

  /** When an alarm begins, and when it is over. */
  #mail(email: string, alarms: readonly Alarm[]): void {
    const topic = new Topic(this, 'Alarms', { displayName: 'Vigía', enforceSSL: true });
    topic.addSubscription(new EmailSubscription(email));
    // A topic with a policy of its own has lost the one by which alarms of the account may publish.
    topic.grantPublish(
      new ServicePrincipal('cloudwatch.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    );
    for (const alarm of alarms) {
      const action = new SnsAction(topic);
      alarm.addAlarmAction(action);
      alarm.addOkAction(action);
    }
  }
}
