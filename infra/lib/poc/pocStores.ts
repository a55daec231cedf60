import { Duration, Fn, RemovalPolicy, SecretValue, type Stack } from "aws-cdk-lib";
import { AttributeType, BillingMode, Table, TableEncryption } from "aws-cdk-lib/aws-dynamodb";
import { Port, SecurityGroup, type Vpc } from "aws-cdk-lib/aws-ec2";
import { CfnServerlessCache } from "aws-cdk-lib/aws-elasticache";
import {
  AuroraPostgresEngineVersion,
  ClusterInstance,
  Credentials,
  DatabaseCluster,
  DatabaseClusterEngine,
} from "aws-cdk-lib/aws-rds";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import { databaseName, databaseUser } from "../database.ts";
import { pocDatabase } from "./pocCosts.ts";
import type { PocOrder } from "./pocOrder.ts";

export interface PocStores {
  /** The whole URL of Postgres, with its password, as the server takes it. */
  readonly databaseUrl: Secret;
  readonly redisUrl: string;
  readonly scores: Table;
}

export interface PocPlace {
  readonly vpc: Vpc;
  /** The task's, whom the stores let in. */
  readonly task: SecurityGroup;
}

const destroyed = { removalPolicy: RemovalPolicy.DESTROY } as const;

/** Stores that cost what is asked of them, and go with their stack: nothing of them is kept. */
export function addPocStores(stack: Stack, order: PocOrder, place: PocPlace): PocStores {
  return {
    databaseUrl: addPostgres(stack, place),
    redisUrl: addRedis(stack, order, place),
    scores: new Table(stack, "Scores", {
      partitionKey: { name: "visitorKey", type: AttributeType.STRING },
      sortKey: { name: "modelVersion", type: AttributeType.NUMBER },
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.AWS_MANAGED,
      timeToLiveAttribute: "expiresAt",
      ...destroyed,
    }),
  };
}

/** Paused after five minutes in which nobody asks. */
function addPostgres(stack: Stack, { vpc, task }: PocPlace): Secret {
  const cluster = new DatabaseCluster(stack, "Postgres", {
    engine: DatabaseClusterEngine.auroraPostgres({
      version: AuroraPostgresEngineVersion.of("17.5", "17"),
    }),
    credentials: Credentials.fromGeneratedSecret(databaseUser, { excludeCharacters: excluded }),
    defaultDatabaseName: databaseName,
    writer: ClusterInstance.serverlessV2("Writer", { publiclyAccessible: false }),
    serverlessV2MinCapacity: pocDatabase.leastUnits,
    serverlessV2MaxCapacity: pocDatabase.mostUnits,
    serverlessV2AutoPauseDuration: Duration.minutes(5),
    storageEncrypted: true,
    backup: { retention: Duration.days(1) },
    vpc,
    vpcSubnets: { subnetGroupName: "store" },
    ...destroyed,
  });
  cluster.connections.allowDefaultPortFrom(task, "The task");
  const { secret } = cluster;
  if (secret === undefined) throw new Error("The database has no secret");
  const password = secret.secretValueFromJson("password").unsafeUnwrap();
  const { hostname } = cluster.clusterEndpoint;
  const url = Fn.join("", [
    `postgres://${databaseUser}:`,
    password,
    "@",
    hostname,
    `:5432/${databaseName}`,
  ]);
  return new Secret(stack, "DatabaseUrl", {
    secretStringValue: SecretValue.unsafePlainText(url),
    ...destroyed,
  });
}

/** What a URL would read as its own. */
const excluded = " %+~`#$&*()|[]{}:;<>?!'/@\"\\=,^";

/** Valkey, which speaks as Redis does; who may come is said by its group. */
function addRedis(stack: Stack, { name }: PocOrder, { vpc, task }: PocPlace): string {
  const group = new SecurityGroup(stack, "RedisGroup", {
    vpc,
    description: "Redis: from the task alone",
    allowAllOutbound: false,
  });
  group.connections.allowFrom(task, Port.tcp(6_379), "The task");
  const cache = new CfnServerlessCache(stack, "Redis", {
    serverlessCacheName: `atelier-poc-${name}`,
    engine: "valkey",
    majorEngineVersion: "8",
    securityGroupIds: [group.securityGroupId],
    subnetIds: vpc.selectSubnets({ subnetGroupName: "store" }).subnetIds,
    cacheUsageLimits: {
      dataStorage: { maximum: 1, unit: "GB" },
      ecpuPerSecond: { maximum: 5_000 },
    },
  });
  cache.applyRemovalPolicy(RemovalPolicy.DESTROY);
  return `rediss://${cache.attrEndpointAddress}:6379?cluster=true`;
}
