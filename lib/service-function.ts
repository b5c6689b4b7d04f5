import { Duration, RemovalPolicy, Size, Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Charset, type ICommandHooks, NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { namespaceOf, ServiceAlarm } from './alarms.ts';

export interface ServiceFunctionProps {
  /** Below the project's root: `lambdas/webhook/handler.ts`. */
  entry: string;
  description: string;
  memoryMB: number;
  timeout: Duration;
  environment: Record<string, string>;
  logsRetention: RetentionDays;
  architecture?: Architecture;
  ephemeralStorageMB?: number;
  /** Packages that are copied beside the bundle instead of into it. */
  external?: string[];
  hooks?: ICommandHooks;
}

/** A function as all of ours are: one minified ES module with all it needs, its own role, its own log group, its alarms. */
export class ServiceFunction extends NodejsFunction {
  readonly executionRole: Role;

  constructor(scope: Construct, id: string, props: ServiceFunctionProps) {
    const logGroup = new LogGroup(scope, `${id}Logs`, {
      retention: props.logsRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(scope, `${id}Role`, {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: `${props.description} (${Stack.of(scope).stackName})`,
    });
    super(scope, id, {
      entry: props.entry,
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: props.architecture ?? Architecture.ARM_64,
      memorySize: props.memoryMB,
      timeout: props.timeout,
      environment: { ...props.environment, METRICS_NAMESPACE: namespaceOf(scope) },
      // CDK's own variable for SDK 2; nothing here reads it.
      awsSdkConnectionReuse: false,
      role,
      logGroup,
      bundling: {
        format: OutputFormat.ESM,
        target: 'node24',
        mainFields: ['module', 'main'],
        minify: true,
        charset: Charset.UTF8,
        // The SDK of the runtime changes under us and starts slower: ours is in the bundle.
        externalModules: props.external ?? [],
        // Some dependencies are CommonJS and call `require` for Node's own modules.
        banner: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);",
        ...(props.hooks ? { commandHooks: props.hooks } : {}),
      },
      ...(props.ephemeralStorageMB ? { ephemeralStorageSize: Size.mebibytes(props.ephemeralStorageMB) } : {}),
    });
    this.executionRole = role;
    // In place of AWSLambdaBasicExecutionRole, which would let every function write every log group.
    role.addToPolicy(
      new PolicyStatement({
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [logGroup.logGroupArn],
      }),
    );
    const period = Duration.minutes(5);
    new ServiceAlarm(this, 'Failing', {
      says: `The function "${props.description}" threw, crashed or ran out of time.`,
      entry: 'Functions fail',
      metric: this.metricErrors({ period }),
      over: 0,
    });
    new ServiceAlarm(this, 'Throttled', {
      says: `The function "${props.description}" was wanted more often at once than the account allows.`,
      entry: 'Functions are throttled',
      metric: this.metricThrottles({ period }),
      over: 0,
    });
  }
}
