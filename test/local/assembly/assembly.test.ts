import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, CfnOutput, Duration, Fn, Stack } from 'aws-cdk-lib';
import { HttpApi, HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { AttributeType, BillingMode, StreamViewType, Table } from 'aws-cdk-lib/aws-dynamodb';
import {
  Code,
  EventSourceMapping,
  Function as LambdaFunction,
  Runtime,
  StartingPosition,
} from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { BlockPublicAccess, Bucket } from 'aws-cdk-lib/aws-s3';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Assembly, loadAssembly, type Resource } from '../../../local/assembly/assembly.ts';
import { IamRegistry } from '../../../local/aws/iam/registry.ts';
import { isIamResource, loadIamResource } from '../../../local/aws/iam/template.ts';

/** What CDK really emits for the constructs in use, loaded and walked through as the local run does. */

let directory: string;
let assembly: Assembly;
/** Properties by logical id, as they were when the resource's turn came. */
const properties = new Map<string, Record<string, unknown>>();

const ACCOUNT = '000000000000';

function synthesize(): void {
  const code = join(directory, 'code');
  mkdirSync(code);
  writeFileSync(join(code, 'index.mjs'), 'export const handler = async () => ({ statusCode: 200 });');
  const app = new App({
    outdir: join(directory, 'out'),
    context: { 'aws:cdk:enable-path-metadata': true, '@aws-cdk/aws-iam:minimizePolicies': true },
  });
  const stack = new Stack(app, 'Vigia');
  const table = new Table(stack, 'Alerts', {
    partitionKey: { name: 'pk', type: AttributeType.STRING },
    billingMode: BillingMode.PAY_PER_REQUEST,
    stream: StreamViewType.NEW_AND_OLD_IMAGES,
  });
  const dead = new Queue(stack, 'Dead', { enforceSSL: true });
  const jobs = new Queue(stack, 'Jobs', { enforceSSL: true, deadLetterQueue: { queue: dead, maxReceiveCount: 10 } });
  const images = new Bucket(stack, 'Images', { enforceSSL: true, blockPublicAccess: BlockPublicAccess.BLOCK_ALL });
  const secret = new Secret(stack, 'CursorKey', { generateSecretString: { passwordLength: 64 } });
  const relay = new LambdaFunction(stack, 'Relay', {
    runtime: Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: Code.fromAsset(code),
    logGroup: new LogGroup(stack, 'RelayLogs'),
    timeout: Duration.seconds(30),
    environment: {
      TABLE: table.tableName,
      QUEUE_URL: jobs.queueUrl,
      BUCKET: images.bucketName,
      SECRET_ARN: secret.secretArn,
      ZONE: Fn.select(0, Fn.getAzs()),
    },
  });
  table.grant(relay, 'dynamodb:PutItem');
  jobs.grantSendMessages(relay);
  images.grantPut(relay);
  secret.grantRead(relay);
  table.grantStreamRead(relay);
  new EventSourceMapping(stack, 'RelayStream', {
    target: relay,
    eventSourceArn: table.tableStreamArn ?? '',
    startingPosition: StartingPosition.TRIM_HORIZON,
    bisectBatchOnError: true,
  });
  const inline = new LambdaFunction(stack, 'Inline', {
    runtime: Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: Code.fromInline('exports.handler = async () => ({ statusCode: 200 });'),
  });
  inline.addEventSource(new SqsEventSource(jobs, { batchSize: 3, maxConcurrency: 2, reportBatchItemFailures: true }));
  const api = new HttpApi(stack, 'AlertsApi');
  api.addRoutes({
    path: '/webhook/u/{token}',
    methods: [HttpMethod.POST],
    integration: new HttpLambdaIntegration('Webhook', relay),
  });
  new CfnOutput(stack, 'ApiUrl', { value: `${api.apiEndpoint}/` });
  new CfnOutput(stack, 'ApiHost', { value: Fn.select(2, Fn.split('/', api.apiEndpoint)) });
  app.synth();
}

/** What services would tell of a resource they made. */
function created({ type, name }: Resource): Record<string, string> {
  if (type === 'AWS::SQS::Queue') {
    const url = `http://127.0.0.1:4566/${ACCOUNT}/${name}`;
    return { Ref: url, QueueUrl: url };
  }
  if (type === 'AWS::DynamoDB::Table')
    return { StreamArn: `arn:aws:dynamodb:eu-west-1:${ACCOUNT}:table/${name}/stream/1` };
  if (type === 'AWS::ApiGatewayV2::Api') return { ApiEndpoint: 'http://127.0.0.1:3000' };
  return {};
}

const ofType = (type: string) => [...assembly.resources.values()].filter((resource) => resource.type === type);
const named = (start: string, type: string): Resource => {
  const found = ofType(type).find(({ logicalId }) => logicalId.startsWith(start));
  if (found === undefined) throw new Error(`no ${type} ${start}`);
  return found;
};
const propertiesOf = (start: string, type: string) => properties.get(named(start, type).logicalId);

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'vigia-assembly-'));
  synthesize();
  assembly = loadAssembly(join(directory, 'out'));
  for (const resource of assembly.resources.values()) {
    properties.set(resource.logicalId, assembly.properties(resource.logicalId));
    assembly.provide(resource.logicalId, created(resource));
  }
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe('a synthesized stack', () => {
  it('comes in an order in which everything stands before what needs it', () => {
    const seen = new Set<string>();
    for (const { logicalId, dependsOn } of assembly.resources.values()) {
      expect(dependsOn.filter((other) => !seen.has(other))).toEqual([]);
      seen.add(logicalId);
    }
    expect(seen.size).toBe(properties.size);
    expect(named('Relay', 'AWS::Lambda::Function').dependsOn).toContain(
      named('RelayServiceRoleDefaultPolicy', 'AWS::IAM::Policy').logicalId,
    );
  });

  it('has names that its services take', () => {
    const table = named('Alerts', 'AWS::DynamoDB::Table');
    expect(table.name).toBe(`vigia-${table.logicalId}`);
    expect(table.metadata['aws:cdk:path']).toBe('Vigia/Alerts/Resource');
    expect(named('Images', 'AWS::S3::Bucket').name).toMatch(/^vigia-images[0-9a-f]{8}$/);
    expect(ofType('AWS::IAM::Role').every(({ name }) => name.length <= 64)).toBe(true);
  });

  it('gives a function the values of the resources that it names', () => {
    expect(propertiesOf('Relay', 'AWS::Lambda::Function')).toMatchObject({
      Handler: 'index.handler',
      Runtime: 'nodejs24.x',
      Timeout: 30,
      Environment: {
        Variables: {
          TABLE: named('Alerts', 'AWS::DynamoDB::Table').name,
          QUEUE_URL: `http://127.0.0.1:4566/${ACCOUNT}/${named('Jobs', 'AWS::SQS::Queue').name}`,
          BUCKET: named('Images', 'AWS::S3::Bucket').name,
          SECRET_ARN: assembly.ref(named('CursorKey', 'AWS::SecretsManager::Secret').logicalId),
          ZONE: 'eu-west-1a',
        },
      },
      LoggingConfig: { LogGroup: named('RelayLogs', 'AWS::Logs::LogGroup').name },
      Role: `arn:aws:iam::${ACCOUNT}:role/${named('RelayServiceRole', 'AWS::IAM::Role').name}`,
    });
    expect(propertiesOf('Inline', 'AWS::Lambda::Function')?.['Code']).toEqual({
      ZipFile: 'exports.handler = async () => ({ statusCode: 200 });',
    });
  });

  it('knows where a function’s code lies', () => {
    const code = Object(propertiesOf('Relay', 'AWS::Lambda::Function')?.['Code']);
    expect(code.S3Bucket).toBe(`cdk-hnb659fds-assets-${ACCOUNT}-eu-west-1`);
    expect(readFileSync(join(assembly.asset(code.S3Key), 'index.mjs'), 'utf8')).toContain('export const handler');
    expect(() => assembly.asset('other.zip')).toThrow('none is uploaded as other.zip');
  });

  it('joins queues, event sources, routes and integrations by what they are called here', () => {
    expect(propertiesOf('Jobs', 'AWS::SQS::Queue')).toEqual({
      RedrivePolicy: {
        deadLetterTargetArn: `arn:aws:sqs:eu-west-1:${ACCOUNT}:${named('Dead', 'AWS::SQS::Queue').name}`,
        maxReceiveCount: 10,
      },
    });
    const table = named('Alerts', 'AWS::DynamoDB::Table').name;
    expect(propertiesOf('Relay', 'AWS::Lambda::EventSourceMapping')).toMatchObject({
      EventSourceArn: `arn:aws:dynamodb:eu-west-1:${ACCOUNT}:table/${table}/stream/1`,
      FunctionName: named('Relay', 'AWS::Lambda::Function').name,
      BisectBatchOnFunctionError: true,
    });
    expect(propertiesOf('Inline', 'AWS::Lambda::EventSourceMapping')).toMatchObject({
      ScalingConfig: { MaximumConcurrency: 2 },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
    const api = named('AlertsApi', 'AWS::ApiGatewayV2::Api');
    const integration = named('AlertsApi', 'AWS::ApiGatewayV2::Integration');
    expect(propertiesOf('AlertsApi', 'AWS::ApiGatewayV2::Route')).toMatchObject({
      ApiId: assembly.ref(api.logicalId),
      RouteKey: 'POST /webhook/u/{token}',
      Target: `integrations/${assembly.attribute(integration.logicalId, 'IntegrationId')}`,
    });
    expect(assembly.ref(api.logicalId)).toMatch(/^[0-9a-z]{10}$/);
  });

  it('gives its outputs once everything is made', () => {
    expect(assembly.outputs()).toEqual({ ApiUrl: 'http://127.0.0.1:3000/', ApiHost: '127.0.0.1:3000' });
  });

  it('is the same at every start', () => {
    const again = loadAssembly(join(directory, 'out'));
    expect([...again.resources]).toEqual([...assembly.resources]);
  });

  it('tells what has to be made first', () => {
    const fresh = loadAssembly(join(directory, 'out'));
    const relay = named('Relay', 'AWS::Lambda::Function').logicalId;
    const jobs = named('Jobs', 'AWS::SQS::Queue').logicalId;
    expect(() => fresh.properties(relay)).toThrow(`needs ${jobs}, only known after creation`);
    expect(() => fresh.ref(jobs)).toThrow(`Ref of ${jobs}: only known after creation`);
    expect(() => fresh.outputs()).toThrow('output ApiUrl: needs');
    expect(() => fresh.provide(jobs, { Arn: 'arn' })).toThrow(`Arn of ${jobs} (AWS::SQS::Queue) is not given`);
  });

  it('has policies that the registry takes, and they grant what the constructs asked for', () => {
    const iam = new IamRegistry();
    for (const { type, name, logicalId } of assembly.resources.values())
      if (isIamResource(type)) loadIamResource(iam, type, name, properties.get(logicalId));
    const role = `arn:aws:iam::${ACCOUNT}:role/${named('RelayServiceRole', 'AWS::IAM::Role').name}`;
    const caller = iam.assumeRole(role, 'lambda.amazonaws.com', 'relay');
    const may = (action: string, resource: string) => iam.decide(caller, { action, resource }).allowed;
    const table = assembly.attribute(named('Alerts', 'AWS::DynamoDB::Table').logicalId, 'Arn');
    expect(may('dynamodb:PutItem', table)).toBe(true);
    expect(may('dynamodb:GetItem', table)).toBe(false);
    expect(may('dynamodb:GetRecords', `${table}/stream/1`)).toBe(true);
    expect(may('s3:PutObject', `arn:aws:s3:::${named('Images', 'AWS::S3::Bucket').name}/a.png`)).toBe(true);
    const secret = assembly.ref(named('CursorKey', 'AWS::SecretsManager::Secret').logicalId);
    expect(may('secretsmanager:GetSecretValue', secret)).toBe(true);
    const fn = assembly.attribute(named('Relay', 'AWS::Lambda::Function').logicalId, 'Arn');
    const api = assembly.ref(named('AlertsApi', 'AWS::ApiGatewayV2::Api').logicalId);
    const source = `arn:aws:execute-api:eu-west-1:${ACCOUNT}:${api}/$default/POST/webhook/u/{token}`;
    expect(iam.mayInvoke(fn, 'apigateway.amazonaws.com', source)).toBe(true);
  });
});
