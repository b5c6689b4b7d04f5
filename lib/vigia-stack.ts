import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { type Config, PLAN_NAMES } from '../config/schema.ts';
import { Archive } from './archive.ts';
import { Captures } from './captures.ts';
import { Collectors, checkRegion } from './collectors.ts';
import { Deletion } from './deletion.ts';
import { Exports } from './exports.ts';
import { Jobs } from './jobs.ts';
import { MarketData } from './market-data.ts';
import { Notifications } from './notifications.ts';
import { PlatformApi } from './platform-api.ts';
import { Push } from './push.ts';
import { Relay } from './relay.ts';
import { Schedules } from './schedules.ts';
import { Sessions } from './sessions.ts';
import { Sweep } from './sweep.ts';
import { AlertsTable, OperationsTable } from './tables.ts';
import { Tasks } from './tasks.ts';
import { Watching } from './watching.ts';
import { Webhook } from './webhook.ts';

export interface VigiaStackProps extends StackProps {
  config: Config;
  /** From here on `/health` counts the uptime; ISO 8601. */
  deployedAt: string;
}

/** The whole service; each construct is one capability with its own grants. */
export class VigiaStack extends Stack {
  constructor(scope: Construct, id: string, { config, deployedAt, ...props }: VigiaStackProps) {
    super(scope, id, props);
    const logsRetention: RetentionDays = config.retention.logsDays;
    const planLimits = limitsOf(config);
    const { auditDays } = config.retention;
    const alertsTable = new AlertsTable(this, 'Alerts');
    const operationsTable = new OperationsTable(this, 'Operations');
    const captures = new Captures(this, 'Captures', { config, alertsTable, logsRetention });
    const exports = new Exports(this, 'Exports', { config, alertsTable, logsRetention });
    const deletion = new Deletion(this, 'Deletion', {
      config,
      alertsTable,
      images: captures.images,
      exports: exports.files,
      logsRetention,
    });
    const notifications = new Notifications(this, 'Notifications', {
      config,
      alertsTable,
      operationsTable,
      captures,
      logsRetention,
    });
    const sessions = new Sessions(this, 'Sessions', { alertsTable, operationsTable, captures, logsRetention });
    const push = new Push(this, 'Push', { operationsTable, logsRetention });
    new Relay(this, 'Relay', {
      alertsTable,
      operationsTable,
      captures,
      exports,
      deletion,
      push,
      notifications,
      logsRetention,
    });
    new Sweep(this, 'Sweep', { config, alertsTable, captures, logsRetention });
    const marketData = new MarketData(this, 'MarketData', config);
    marketData.allow(captures.chart, 'dynamodb:Query');
    const { archiveDays } = config.retention;
    const archive = new Archive(this, 'Archive', { marketData, days: archiveDays, logsRetention });
    const tasks = new Tasks(this, 'Tasks', { operationsTable, push, logsRetention });
    checkRegion(this, config.collectors.enabled);
    const collectors = config.collectors.enabled
      ? new Collectors(this, 'Collectors', { config, tasks, operationsTable, marketData, logsRetention })
      : undefined;
    const jobs = new Jobs(this, 'Jobs', { config, tasks, logsRetention });
    const schedules = new Schedules(this, 'Schedules', { operationsTable, jobs, logsRetention });
    const webhook = new Webhook(this, 'Webhook', { alertsTable, planLimits, auditDays, logsRetention });
    const api = new PlatformApi(this, 'PlatformApi', {
      alertsTable,
      operationsTable,
      captures,
      exports,
      notifications,
      sessions,
      marketData,
      archive,
      collectors,
      jobs,
      schedules,
      config,
      webhookUrl: webhook.url,
      planLimits,
      auditDays,
      jwt: config.jwt,
      corsOrigins: config.cors.origins,
      deployedAt,
      logsRetention,
    });
    jobs.reportTo(api.url);
    new Watching(this, 'Watching', config.alarms);

    new CfnOutput(this, 'ApiUrl', { value: api.url, description: 'The platform API' });
    new CfnOutput(this, 'WebhookUrl', { value: webhook.url, description: "TradingView's door" });
    new CfnOutput(this, 'AlertsTable', { value: alertsTable.tableName, description: 'For npm run reparse' });
    new CfnOutput(this, 'WebSocketUrl', { value: push.url, description: 'Where dashboards listen' });
    new CfnOutput(this, 'OperationsTable', { value: operationsTable.tableName, description: 'For npm run api-key' });
    const redriven = Object.entries({ captures, exports, deletion, notifications, schedules }).map(([name, it]) => [
      name,
      { dead_letters: it.deadLetters.queueUrl, ...('queue' in it ? { queue: it.queue.queueUrl } : {}) },
    ]);
    new CfnOutput(this, 'DeadLetterQueues', {
      value: this.toJsonString(Object.fromEntries(redriven)),
      description: 'For npm run redrive',
    });
  }
}

/** What the functions have to know of the plans. */
function limitsOf({ plans }: Config): string {
  const entries = PLAN_NAMES.map((name) => {
    const { signalsQuota, ratePerMinute, ratePerHour } = plans[name];
    return [name, { signalsQuota, ratePerMinute, ratePerHour }];
  });
  return JSON.stringify(Object.fromEntries(entries));
}
