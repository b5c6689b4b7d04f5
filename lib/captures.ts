import { Duration, Stack } from 'aws-cdk-lib';
import { MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Architecture, type Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { type Config, PLAN_NAMES } from '../config/schema.ts';
import { METRICS } from '../core/metrics.ts';
import { EMOJI_FONT, emojiFontSource } from '../lambdas/browser/emoji-font.ts';
import { assetSource, CHART_ASSETS, type ChartAsset } from '../lambdas/chart/assets.ts';
import { acknowledge, objectsWildcard } from './acknowledge.ts';
import { combined, ServiceAlarm, seriesOf } from './alarms.ts';
import { privateBucket } from './buckets.ts';
import { type Copy, packageCopies } from './bundle.ts';
import { consumeQueue } from './event-sources.ts';
import { deadLetterQueue, jobQueue } from './queues.ts';
import { ServiceFunction } from './service-function.ts';

export interface CapturesProps {
  config: Config;
  alertsTable: Table;
  logsRetention: RetentionDays;
}

const CHART_TIMEOUT = Duration.seconds(30);
export const BROWSER_TIMEOUT = Duration.seconds(45);

/** One browser, three isolated contexts. */
export const CONTEXTS = 3;

/** Waiting in all queues together: then the last of them waits longer than its user was told. */
const LONG_QUEUE = 200;

const FAILING_PERCENT = 10;
/** So few say nothing of a share. */
const FEW_CAPTURES = 10;

/** Pictures: the queues of capture jobs, the two functions that draw, and the bucket. */
export class Captures extends Construct {
  readonly images: Bucket;
  readonly chartQueue: Queue;
  readonly browserQueues: Record<(typeof PLAN_NAMES)[number], Queue>;
  readonly deadLetters: Queue;
  /** All that capture jobs wait in. */
  readonly queues: readonly Queue[];
  /** The variables by which a function finds the queue of a capture. */
  readonly queueUrls: Record<'CHART_QUEUE' | 'BROWSER_QUEUES', string>;
  /** The function that draws built-in charts. */
  readonly chart: ServiceFunction;
  /** The function that opens TradingView's pages. */
  readonly browser: ServiceFunction;

  constructor(scope: Construct, id: string, { config, alertsTable, logsRetention }: CapturesProps) {
    super(scope, id);
    this.images = privateBucket(this, 'Images', config.retention.imagesDays);
    this.deadLetters = deadLetterQueue(this, 'DeadLetters');
    const queue = (queueId: string, timeout: Duration) => jobQueue(this, queueId, timeout, this.deadLetters);
    this.chartQueue = queue('ChartQueue', CHART_TIMEOUT);
    this.browserQueues = {
      premium: queue('PremiumQueue', BROWSER_TIMEOUT),
      pro: queue('ProQueue', BROWSER_TIMEOUT),
      basic: queue('BasicQueue', BROWSER_TIMEOUT),
      free: queue('FreeQueue', BROWSER_TIMEOUT),
    };
    this.queues = [this.chartQueue, ...Object.values(this.browserQueues)];
    const urls = Object.entries(this.browserQueues).map(([plan, { queueUrl }]) => [plan, queueUrl]);
    this.queueUrls = {
      CHART_QUEUE: this.chartQueue.queueUrl,
      BROWSER_QUEUES: Stack.of(this).toJsonString(Object.fromEntries(urls)),
    };

    const environment = { ALERTS_TABLE: alertsTable.tableName, IMAGES_BUCKET: this.images.bucketName };
    this.chart = new ServiceFunction(this, 'Chart', {
      entry: 'lambdas/chart/handler.ts',
      description: 'Draws built-in charts',
      memoryMB: 1769, // one full vCPU
      timeout: CHART_TIMEOUT,
      beside: chartAssets(),
      logsRetention,
      environment: {
        ...environment,
        CAPTURE_QUEUES: Stack.of(this).toJsonString([this.chartQueue.queueUrl]),
        BYBIT_REST_URL: config.captures.bybitRestUrl,
        BINANCE_REST_URL: config.captures.binanceRestUrl,
        MARKET_DATA: 'live',
      },
    });
    consumeQueue('ChartJobs', this.chart, this.chartQueue, {
      batchSize: 1,
      maxConcurrency: config.captures.chartConcurrency,
    });

    this.browser = new ServiceFunction(this, 'Browser', {
      entry: 'lambdas/browser/handler.ts',
      description: "Photographs users' TradingView charts",
      memoryMB: 3008,
      timeout: BROWSER_TIMEOUT,
      architecture: Architecture.X86_64, // the binary of @sparticuz/chromium on npm
      external: ['@sparticuz/chromium'],
      beside: [...packageCopies('@sparticuz/chromium'), { from: emojiFontSource(), to: EMOJI_FONT.file }],
      ephemeralStorageMB: 1024, // Chromium unpacks about 210 MB
      logsRetention,
      environment: {
        ...environment,
        CAPTURE_QUEUES: Stack.of(this).toJsonString(Object.values(this.browserQueues).map((queue) => queue.queueUrl)),
        TRADINGVIEW_URL: config.captures.tradingViewUrl,
        TRADINGVIEW_ASSET_HOSTS: config.captures.tradingViewAssetHosts.join(),
        BROWSER_MODE: config.captures.browserMode,
        CHROME_PATH: '',
      },
    });
    for (const plan of PLAN_NAMES) {
      consumeQueue(`${plan}Jobs`, this.browser, this.browserQueues[plan], {
        batchSize: CONTEXTS,
        maxConcurrency: config.plans[plan].captureConcurrency,
      });
    }

    for (const drawer of [this.chart, this.browser]) this.allowCaptures(drawer, alertsTable);
    this.#watch(this.browser, config);
  }

  /** Lets a function sign the addresses of images. */
  allowShowing(to: ServiceFunction): void {
    acknowledge(
      to.executionRole,
      objectsWildcard(this.images, 'images/*'),
      'Signs the URL of any image for who may see its signal.',
    );
    to.addToRolePolicy(
      new PolicyStatement({ actions: ['s3:GetObject'], resources: [this.images.arnForObjects('images/*')] }),
    );
  }

  #watch(browser: LambdaFunction, { plans }: Config): void {
    const minute = Duration.minutes(1);
    const lengths = this.queues.map((queue) => queue.metricApproximateNumberOfMessagesVisible({ period: minute }));
    new ServiceAlarm(this, 'Queued', {
      says: `More than ${LONG_QUEUE} captures wait in the queues.`,
      entry: 'Captures queue up',
      metric: combined('SUM', 'captures waiting', lengths, minute),
      over: LONG_QUEUE,
      periods: 5,
    });
    const period = Duration.minutes(15);
    const usingMetrics = {
      failed: seriesOf(this, METRICS.captureFailures, 'Sum').with({ period }),
      ended: seriesOf(this, METRICS.captures, 'Sum').with({ period }),
    };
    new ServiceAlarm(this, 'Failing', {
      says: `More than ${FAILING_PERCENT} % of the captures of a quarter of an hour failed.`,
      entry: 'Captures fail',
      metric: new MathExpression({
        expression: `IF(ended >= ${FEW_CAPTURES}, 100 * failed / ended, 0)`,
        usingMetrics,
        label: 'failed captures in percent',
        period,
      }),
      over: FAILING_PERCENT,
    });
    const places = PLAN_NAMES.reduce((sum, plan) => sum + plans[plan].captureConcurrency, 0);
    new ServiceAlarm(this, 'AllTaken', {
      says: 'All browsers that the plans allow have been at work for a quarter of an hour.',
      entry: 'Browsers are all taken',
      metric: browser.metric('ConcurrentExecutions', { statistic: 'Maximum', period: minute }),
      over: places - 1,
      periods: 15,
    });
  }

  private allowCaptures(drawer: LambdaFunction, alertsTable: Table): void {
    drawer.addToRolePolicy(
      new PolicyStatement({ actions: ['dynamodb:GetItem', 'dynamodb:UpdateItem'], resources: [alertsTable.tableArn] }),
    );
    acknowledge(
      this,
      objectsWildcard(this.images, 'images/*'),
      'Any user’s image may be drawn, or looked for where a try before drew it, and nothing else read or written.',
    );
    drawer.addToRolePolicy(
      new PolicyStatement({
        actions: ['s3:PutObject', 's3:GetObject'],
        resources: [this.images.arnForObjects('images/*')],
      }),
    );
  }
}

/** Fonts and the rasteriser, from their packages to their names beside the bundle. */
function chartAssets(): Copy[] {
  const names = Object.keys(CHART_ASSETS) as ChartAsset[];
  return names.map((name) => ({ from: assetSource(name), to: CHART_ASSETS[name].file }));
}
