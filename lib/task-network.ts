import { GatewayVpcEndpointAwsService, type IVpc, SecurityGroup, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Cluster, ContainerInsights } from 'aws-cdk-lib/aws-ecs';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';

/**
 * Where tasks run: public subnets that nothing reaches from outside. A NAT gateway would cost more than the tasks; what
 * goes to S3 and DynamoDB goes by endpoints that cost nothing.
 */
export class TaskNetwork extends Construct {
  readonly cluster: Cluster;
  readonly securityGroup: SecurityGroup;
  readonly subnetIds: string[];

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const vpc = new Vpc(this, 'Vpc', {
      maxAzs: 2,
      natGateways: 0,
      subnetConfiguration: [{ name: 'Public', subnetType: SubnetType.PUBLIC, mapPublicIpOnLaunch: false }],
      gatewayEndpoints: {
        S3: { service: GatewayVpcEndpointAwsService.S3 },
        DynamoDB: { service: GatewayVpcEndpointAwsService.DYNAMODB },
      },
    });
    acknowledge(vpc, 'VPC7', 'Nothing can come in, and what goes out goes to exchanges: no one would read the logs.');
    this.subnetIds = vpc.publicSubnets.map(({ subnetId }) => subnetId);
    // CDK's own class does not fit its own interface in the strictest settings.
    const reached = vpc as IVpc;
    this.securityGroup = new SecurityGroup(this, 'SecurityGroup', {
      vpc: reached,
      description: 'Tasks call out, and nothing calls them',
    });
    this.cluster = new Cluster(this, 'Cluster', { vpc: reached, containerInsightsV2: ContainerInsights.ENABLED });
  }
}
