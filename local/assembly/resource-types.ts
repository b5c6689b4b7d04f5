import { createHash } from 'node:crypto';
import { ACCOUNT, REGION } from '../aws/service.ts';

/**
 * The CloudFormation resource types that run here, as data: what each is called, what `Ref` answers and which
 * attributes `Fn::GetAtt` may ask for. A type that is not in the list is refused at start. To support another one: an
 * entry here, and the service that makes it.
 * Ref and attributes: "Return values" of https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/
 */

/** What a resource's entry may build its values from. */
export interface Identity {
  logicalId: string;
  /** The physical name. */
  name: string;
}

type Value = (identity: Identity) => string;

export interface ResourceType {
  /** Physical names: the property by which a template may give one, the longest that the service takes. */
  name: {
    property?: string;
    limit: number;
    lowerCase?: true;
    suffix?: (properties: Record<string, unknown>) => string;
  };
  /** What `Ref` answers; `created`: only the service that makes the resource knows. */
  ref: Value | 'created';
  attributes: Record<string, Value | 'created'>;
  /** Set where nothing has to run for the resource here, with the reason. */
  inert?: string;
}

const PREFIX = 'vigia-';

const name: Value = (it) => it.name;
const id =
  (length: number): Value =>
  (it) =>
    shortId(it.logicalId, length);
const arn =
  (service: string, resource: (name: string) => string): Value =>
  (it) =>
    `arn:aws:${service}:${REGION}:${ACCOUNT}:${resource(it.name)}`;

const bucketDomain =
  (host: string): Value =>
  (it) =>
    `${it.name}.${host}`;

// A secret's ARN ends in six characters of its own, which a policy on the bare name would not match.
const secretArn: Value = (it) =>
  `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:${it.name}-${shortId(it.logicalId, 6)}`;

const HERE = 'all that runs here is on the loopback network';
/** A part of a network: `subnet-…`. */
const network = (prefix: string, attributes: string[] = []): ResourceType => {
  const networkId: Value = (it) => `${prefix}-${shortId(it.logicalId, 17)}`;
  return {
    name: { limit: 255 },
    ref: networkId,
    attributes: Object.fromEntries(attributes.map((attribute) => [attribute, networkId])),
    inert: HERE,
  };
};

const RESOURCE_TYPES = {
  'AWS::EC2::VPC': network('vpc', ['VpcId']),
  'AWS::EC2::Subnet': network('subnet', ['SubnetId']),
  'AWS::EC2::RouteTable': network('rtb', ['RouteTableId']),
  'AWS::EC2::SubnetRouteTableAssociation': network('rtbassoc'),
  'AWS::EC2::Route': network('r'),
  'AWS::EC2::InternetGateway': network('igw', ['InternetGatewayId']),
  'AWS::EC2::VPCGatewayAttachment': network('igw-attach'),
  'AWS::EC2::VPCEndpoint': network('vpce'),
  'AWS::EC2::SecurityGroup': network('sg', ['GroupId']),
  'AWS::ECS::Cluster': {
    name: { property: 'ClusterName', limit: 255 },
    ref: name,
    attributes: { Arn: arn('ecs', (cluster) => `cluster/${cluster}`) },
  },
  'AWS::ECS::TaskDefinition': {
    name: { property: 'Family', limit: 255 },
    ref: arn('ecs', (family) => `task-definition/${family}:1`),
    attributes: { TaskDefinitionArn: arn('ecs', (family) => `task-definition/${family}:1`) },
  },
  'AWS::DynamoDB::Table': {
    name: { property: 'TableName', limit: 255 },
    ref: name,
    attributes: { Arn: arn('dynamodb', (table) => `table/${table}`), StreamArn: 'created' },
  },
  'AWS::SQS::Queue': {
    name: { property: 'QueueName', limit: 80, suffix: (it) => (it['FifoQueue'] === true ? '.fifo' : '') },
    ref: 'created',
    attributes: { Arn: arn('sqs', (queue) => queue), QueueName: name, QueueUrl: 'created' },
  },
  'AWS::SQS::QueuePolicy': { name: { limit: 255 }, ref: name, attributes: { Id: name } },
  'AWS::S3::Bucket': {
    name: { property: 'BucketName', limit: 63, lowerCase: true },
    ref: name,
    attributes: {
      Arn: (it) => `arn:aws:s3:::${it.name}`,
      DomainName: bucketDomain('s3.amazonaws.com'),
      DualStackDomainName: bucketDomain(`s3.dualstack.${REGION}.amazonaws.com`),
      RegionalDomainName: bucketDomain(`s3.${REGION}.amazonaws.com`),
    },
  },
  'AWS::S3::BucketPolicy': { name: { limit: 255 }, ref: name, attributes: {} },
  'AWS::SecretsManager::Secret': {
    name: { property: 'Name', limit: 512 },
    ref: secretArn,
    attributes: { Arn: secretArn, Id: secretArn },
  },
  'AWS::KMS::Key': {
    name: { limit: 36 },
    ref: (it) => uuid(it.logicalId),
    attributes: {
      Arn: (it) => arn('kms', (key) => `key/${key}`)({ ...it, name: uuid(it.logicalId) }),
      KeyId: (it) => uuid(it.logicalId),
    },
  },
  'AWS::Lambda::Function': {
    name: { property: 'FunctionName', limit: 64 },
    ref: name,
    attributes: { Arn: arn('lambda', (fn) => `function:${fn}`) },
  },
  'AWS::Lambda::EventSourceMapping': {
    name: { limit: 255 },
    ref: (it) => uuid(it.logicalId),
    attributes: {
      Id: (it) => uuid(it.logicalId),
      EventSourceMappingArn: (it) => `arn:aws:lambda:${REGION}:${ACCOUNT}:event-source-mapping:${uuid(it.logicalId)}`,
    },
  },
  'AWS::Lambda::Permission': { name: { limit: 255 }, ref: name, attributes: { Id: name } },
  'AWS::IAM::Role': {
    name: { property: 'RoleName', limit: 64 },
    ref: name,
    attributes: {
      Arn: (it) => `arn:aws:iam::${ACCOUNT}:role/${it.name}`,
      RoleId: (it) => `AROA${shortId(it.logicalId, 17).toUpperCase()}`,
    },
  },
  'AWS::IAM::Policy': { name: { property: 'PolicyName', limit: 128 }, ref: name, attributes: { Id: name } },
  'AWS::Logs::LogGroup': {
    name: { property: 'LogGroupName', limit: 512 },
    ref: name,
    attributes: { Arn: arn('logs', (group) => `log-group:${group}:*`) },
  },
  'AWS::ApiGatewayV2::Api': {
    name: { property: 'Name', limit: 128 },
    ref: id(10),
    attributes: { ApiId: id(10), ApiEndpoint: 'created' },
  },
  'AWS::ApiGatewayV2::Stage': { name: { property: 'StageName', limit: 128 }, ref: name, attributes: {} },
  'AWS::ApiGatewayV2::Route': { name: { limit: 128 }, ref: id(7), attributes: { RouteId: id(7) } },
  'AWS::ApiGatewayV2::Integration': { name: { limit: 128 }, ref: id(7), attributes: { IntegrationId: id(7) } },
  'AWS::Events::Rule': {
    name: { property: 'Name', limit: 64 },
    ref: name,
    attributes: { Arn: arn('events', (rule) => `rule/${rule}`) },
  },
  'AWS::Scheduler::ScheduleGroup': {
    name: { property: 'Name', limit: 64 },
    ref: name,
    attributes: { Arn: arn('scheduler', (group) => `schedule-group/${group}`) },
  },
  'AWS::Logs::MetricFilter': {
    name: { property: 'FilterName', limit: 512 },
    ref: name,
    attributes: {},
    inert: 'no metrics are kept here',
  },
  'AWS::CloudWatch::Alarm': {
    name: { property: 'AlarmName', limit: 255 },
    ref: name,
    attributes: { Arn: arn('cloudwatch', (alarm) => `alarm:${alarm}`) },
    inert: 'no metrics are kept here',
  },
  'AWS::CloudWatch::Dashboard': {
    name: { property: 'DashboardName', limit: 255 },
    ref: name,
    attributes: {},
    inert: 'no metrics are kept here',
  },
  'AWS::SNS::Topic': {
    name: { property: 'TopicName', limit: 256 },
    ref: arn('sns', (topic) => topic),
    attributes: { TopicArn: arn('sns', (topic) => topic), TopicName: name },
    inert: 'nothing here raises alarms',
  },
  'AWS::SNS::TopicPolicy': {
    name: { limit: 255 },
    ref: name,
    attributes: { Id: name },
    inert: 'nobody here publishes',
  },
  'AWS::SNS::Subscription': {
    name: { limit: 255 },
    ref: arn('sns', (subscription) => subscription),
    attributes: {},
    inert: 'no mail is sent from here',
  },
  'AWS::CDK::Metadata': { name: { limit: 255 }, ref: name, attributes: {}, inert: 'tells AWS which CDK was used' },
} satisfies Record<string, ResourceType>;

/** A type that runs here. `Record<ResourceTypeName, …>` makes the compiler ask for every one of them. */
export type ResourceTypeName = keyof typeof RESOURCE_TYPES;

const BY_NAME = new Map<string, ResourceType>(Object.entries(RESOURCE_TYPES));

export function isSupported(type: string): type is ResourceTypeName {
  return BY_NAME.has(type);
}

export function resourceType(type: ResourceTypeName): ResourceType {
  return RESOURCE_TYPES[type];
}

/**
 * The template's own name for a resource, else one that is the same at every start: `vigia-<logical id>`, cut to the
 * service's limit with a few characters of the id's hash, so that two long ids stay apart.
 */
export function physicalName(type: ResourceTypeName, logicalId: string, properties: Record<string, unknown>): string {
  const rule = resourceType(type).name;
  const given = rule.property === undefined ? undefined : properties[rule.property];
  if (typeof given === 'string') return given;
  const suffix = rule.suffix?.(properties) ?? '';
  const full = `${PREFIX}${rule.lowerCase === true ? logicalId.toLowerCase() : logicalId}`;
  const limit = rule.limit - suffix.length;
  return full.length <= limit ? full + suffix : `${full.slice(0, limit - 9)}-${shortId(logicalId, 8)}${suffix}`;
}

/** Lower-case letters and digits that hang on the logical id alone, at most 48. */
function shortId(logicalId: string, length: number): string {
  const number = BigInt(`0x${createHash('sha256').update(logicalId).digest('hex')}`);
  return number.toString(36).padStart(50, '0').slice(-length);
}

function uuid(logicalId: string): string {
  const hex = createHash('sha256').update(logicalId).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}
