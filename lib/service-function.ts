import { Duration, RemovalPolicy, Size, Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  SystemLogLevel,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { namespaceOf, ServiceAlarm } from './alarms.ts';
import { type Bundle, bundled } from './bundle.ts';

export interface ServiceFunctionProps extends Bundle {
  description: string;
  memoryMB: number;
  timeout: Duration;
  environment: Record<string, string>;
  logsRetention: RetentionDays;
  architecture?: Architecture;
  ephemeralStorageMB?: number;
}

/** A function as all of ours are: one minified ES module with all it needs, its own role, its own log group, its alarms. */
export class ServiceFunction extends LambdaFunction {
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
      code: bundled(props),
      handler: 'index.handler',
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: props.architecture ?? Architecture.ARM_64,
      memorySize: props.memoryMB,
      timeout: props.timeout,
      environment: { ...props.environment, METRICS_NAMESPACE: namespaceOf(scope) },
      role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      // Not a START and a REPORT for each run that goes well: each line costs, and Lambda's metrics tell of them.
      systemLogLevelV2: SystemLogLevel.WARN,
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
