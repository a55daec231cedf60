import { CfnParameter, Duration, RemovalPolicy, type Stack } from "aws-cdk-lib";
import { Peer, Port, type SecurityGroup } from "aws-cdk-lib/aws-ec2";
import { Repository } from "aws-cdk-lib/aws-ecr";
import {
  Cluster,
  ContainerImage,
  ContainerInsights,
  Secret as EcsSecret,
  FargateService,
  FargateTaskDefinition,
  LogDrivers,
} from "aws-cdk-lib/aws-ecs";
import type { Role } from "aws-cdk-lib/aws-iam";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import { dataDir } from "../environment.ts";
import { serverPort } from "../network.ts";
import { allow } from "../policies.ts";
import { addTaskRoles } from "../taskRoles.ts";
import { pocTask } from "./pocCosts.ts";
import type { PocOrder } from "./pocOrder.ts";
import type { PocPlace, PocStores } from "./pocStores.ts";

/** The settings of the one task; a test holds each against the server's table. */
export function pocSettings(
  order: PocOrder,
  names: { readonly redisUrl: string; readonly scoresTable: string; readonly publicUrl: string },
): Readonly<Record<string, string>> {
  return {
    PORT: String(serverPort),
    HOST: "0.0.0.0",
    PUBLIC_URL: names.publicUrl,
    REDIS_URL: names.redisUrl,
    AWS_REGION: order.region,
    SCORES_TABLE: names.scoresTable,
    // Consent is read as the publisher's own: there is no vendor's id for a try.
    TCF_ROLE: "publisher",
    LINK_CHECKS: "off",
    ATELIER_DATA_DIR: dataDir,
  };
}

/** One task on Spot, with an address that only those see whom the one who deploys names. Returns who the task is. */
export function addPocService(
  stack: Stack,
  order: PocOrder,
  { vpc, task: group }: PocPlace,
  stores: PocStores,
): Role {
  letIn(stack, group);
  const roles = addTaskRoles(stack, "Server");
  const definition = new FargateTaskDefinition(stack, "Task", {
    cpu: pocTask.cpuUnits,
    memoryLimitMiB: pocTask.memoryMiB,
    ...roles,
  });
  definition.addVolume({ name: "data" });
  addContainer(stack, order, definition, stores);
  roles.taskRole.addToPolicy(
    allow(
      [
        "dynamodb:BatchGetItem",
        "dynamodb:BatchWriteItem",
        "dynamodb:GetItem",
        "dynamodb:Query",
        "dynamodb:UpdateItem",
      ],
      [stores.scores.tableArn],
    ),
  );
  const cluster = new Cluster(stack, "Cluster", {
    vpc,
    enableFargateCapacityProviders: true,
    containerInsightsV2: ContainerInsights.ENABLED,
  });
  const service = new FargateService(stack, "Service", {
    cluster,
    taskDefinition: definition,
    desiredCount: 1,
    minHealthyPercent: 0,
    maxHealthyPercent: 100,
    capacityProviderStrategies: [{ capacityProvider: "FARGATE_SPOT", weight: 1 }],
    assignPublicIp: true,
    vpcSubnets: { subnetGroupName: "public" },
    securityGroups: [group],
  });
  service.node.addDependency(stores.databaseUrl);
  return roles.taskRole;
}

function letIn(stack: Stack, group: SecurityGroup): void {
  const from = new CfnParameter(stack, "VisitorRange", {
    type: "String",
    default: "127.0.0.1/32",
    allowedPattern: "^[0-9.]{7,15}/(3[0-2]|2[4-9])$",
    description: "Who may see it: an address, or a network of at most 256. By default nobody",
  });
  group.addIngressRule(Peer.ipv4(from.valueAsString), Port.tcp(serverPort), "Who tries it");
}

function addContainer(
  stack: Stack,
  order: PocOrder,
  definition: FargateTaskDefinition,
  stores: PocStores,
): void {
  const parameter = (name: string, allowedPattern: string, description: string): string =>
    new CfnParameter(stack, name, { type: "String", allowedPattern, description }).valueAsString;
  const tag = parameter(
    "ImageTag",
    "^[a-zA-Z0-9][a-zA-Z0-9._-]{0,127}$",
    "The image's tag in the repository `atelier`",
  );
  const publicUrl = parameter(
    "PublicUrl",
    "^https?://[^/]+$",
    "Where browsers reach it, as far as it is known",
  );
  const container = definition.addContainer("server", {
    image: ContainerImage.fromEcrRepository(
      Repository.fromRepositoryName(stack, "Repository", "atelier"),
      tag,
    ),
    readonlyRootFilesystem: true,
    user: "node",
    // A try brings its schema along: the database is its own.
    entryPoint: [
      "/bin/sh",
      "-c",
      "node dist/src/main.js migrate && exec node dist/src/main.js serve",
    ],
    environment: pocSettings(order, {
      redisUrl: stores.redisUrl,
      scoresTable: stores.scores.tableName,
      publicUrl,
    }),
    secrets: {
      DATABASE_URL: EcsSecret.fromSecretsManager(stores.databaseUrl),
      TOKEN_SECRET: addSecret(stack, "TokenSecret"),
      VISITOR_SECRET: addSecret(stack, "VisitorSecret"),
    },
    stopTimeout: Duration.seconds(60),
    logging: LogDrivers.awsLogs({
      streamPrefix: "server",
      logGroup: new LogGroup(stack, "Logs", {
        retention: RetentionDays.THREE_DAYS,
        removalPolicy: RemovalPolicy.DESTROY,
      }),
    }),
  });
  container.addPortMappings({ containerPort: serverPort });
  container.addMountPoints({ sourceVolume: "data", containerPath: dataDir, readOnly: false });
}

function addSecret(stack: Stack, name: string): EcsSecret {
  const secret = new Secret(stack, name, {
    generateSecretString: { passwordLength: 64, excludePunctuation: true },
    removalPolicy: RemovalPolicy.DESTROY,
  });
  return EcsSecret.fromSecretsManager(secret);
}
