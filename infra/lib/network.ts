import type { Stack } from "aws-cdk-lib";
import {
  FlowLogDestination,
  FlowLogTrafficType,
  GatewayVpcEndpointAwsService,
  InterfaceVpcEndpointAwsService,
  IpAddresses,
  Port,
  SecurityGroup,
  SubnetType,
  Vpc,
} from "aws-cdk-lib/aws-ec2";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import { logDays, removalOf } from "./keeping.ts";
import type { Setup } from "./setup.ts";

/** Who may speak to whom: each group stands for one kind of thing. */
export interface Network {
  readonly vpc: Vpc;
  readonly groups: {
    readonly balancer: SecurityGroup;
    readonly service: SecurityGroup;
    readonly proxy: SecurityGroup;
    readonly database: SecurityGroup;
    readonly cache: SecurityGroup;
    readonly warehouse: SecurityGroup;
  };
}

export const serverPort = 8_080;
const postgresPort = 5_432;
const redisPort = 6_379;

/** Three zones; the stores in subnets without a way out, the services behind NAT, the balancer in front. */
export function addNetwork(stack: Stack, setup: Setup): Vpc {
  const vpc = new Vpc(stack, "Vpc", {
    ipAddresses: IpAddresses.cidr("10.40.0.0/16"),
    availabilityZones: [...setup.zones],
    natGateways: setup.size.natGateways,
    restrictDefaultSecurityGroup: false,
    subnetConfiguration: [
      { name: "public", subnetType: SubnetType.PUBLIC, cidrMask: 24, mapPublicIpOnLaunch: false },
      { name: "service", subnetType: SubnetType.PRIVATE_WITH_EGRESS, cidrMask: 20 },
      { name: "store", subnetType: SubnetType.PRIVATE_ISOLATED, cidrMask: 24 },
    ],
  });
  const flows = new LogGroup(stack, "Flows", {
    retention: logDays(setup.size.logDays),
    removalPolicy: removalOf(setup.size),
  });
  vpc.addFlowLog("FlowLog", {
    destination: FlowLogDestination.toCloudWatchLogs(flows),
    trafficType: FlowLogTrafficType.REJECT,
  });
  addEndpoints(vpc);
  return vpc;
}

/** What is large or frequent does not pay for NAT. */
function addEndpoints(vpc: Vpc): void {
  vpc.addGatewayEndpoint("S3", { service: GatewayVpcEndpointAwsService.S3 });
  vpc.addGatewayEndpoint("DynamoDb", { service: GatewayVpcEndpointAwsService.DYNAMODB });
  for (const [name, service] of [
    ["Kinesis", InterfaceVpcEndpointAwsService.KINESIS_STREAMS],
    ["Logs", InterfaceVpcEndpointAwsService.CLOUDWATCH_LOGS],
    ["Registry", InterfaceVpcEndpointAwsService.ECR],
    ["RegistryImages", InterfaceVpcEndpointAwsService.ECR_DOCKER],
    ["Secrets", InterfaceVpcEndpointAwsService.SECRETS_MANAGER],
  ] as const)
    vpc.addInterfaceEndpoint(name, {
      service,
      subnets: { subnetGroupName: "service" },
      open: true,
    });
}

/** In the stack of the stores, whose proxy and rotation add to them. */
export function addGroups(stack: Stack, vpc: Vpc): Network["groups"] {
  const group = (name: string, description: string, allowAllOutbound = false): SecurityGroup =>
    new SecurityGroup(stack, `${name}Group`, { vpc, description, allowAllOutbound });
  const groups = {
    balancer: group("Balancer", "The balancer: from everywhere by TLS, to the services"),
    // To SSPs, landing pages, the identity and payment providers: anywhere by TLS.
    service: group("Service", "Tasks: from the balancer, to the stores and the world", true),
    proxy: group("Proxy", "The proxy of Postgres"),
    database: group("Database", "Postgres: from its proxy alone"),
    cache: group("Cache", "Redis: from the services alone"),
    warehouse: group("Warehouse", "Redshift: nobody but who is let in by name"),
  };
  const { balancer, service, proxy, database, cache } = groups;
  balancer.connections.allowFromAnyIpv4(Port.tcp(443), "Browsers and exchanges");
  balancer.connections.allowFromAnyIpv4(Port.tcp(80), "Sent on to TLS");
  balancer.connections.allowTo(service, Port.tcp(serverPort), "Requests and health checks");
  service.connections.allowTo(proxy, Port.tcp(postgresPort), "Campaigns, the ledger");
  service.connections.allowTo(cache, Port.tcp(redisPort), "Holds, caps, scores");
  proxy.connections.allowTo(database, Port.tcp(postgresPort), "Pooled sessions");
  return groups;
}
