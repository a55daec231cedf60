import { Duration, type Stack } from "aws-cdk-lib";
import { InstanceType } from "aws-cdk-lib/aws-ec2";
import {
  CfnDBProxy,
  Credentials,
  DatabaseInstance,
  DatabaseInstanceEngine,
  type DatabaseProxy,
  ParameterGroup,
  PostgresEngineVersion,
  StorageType,
} from "aws-cdk-lib/aws-rds";
import { removalOf } from "./keeping.ts";
import type { Network } from "./network.ts";
import type { Setup } from "./setup.ts";

export const databaseUser = "atelier";
export const databaseName = "atelier";

export interface DatabaseStores {
  readonly instance: DatabaseInstance;
  /** What the services connect to, with tokens instead of a password. */
  readonly proxy: DatabaseProxy;
}

const engine = DatabaseInstanceEngine.postgres({ version: PostgresEngineVersion.of("18.1", "18") });

/** Postgres with a standby in another zone, and the proxy that the services connect to as who they are (IAM). */
export function addDatabase(stack: Stack, setup: Setup, network: Network): DatabaseStores {
  const { database: size, keepsData } = setup.size;
  const instance = new DatabaseInstance(stack, "Postgres", {
    engine,
    instanceType: new InstanceType(size.instance),
    vpc: network.vpc,
    vpcSubnets: { subnetGroupName: "store" },
    securityGroups: [network.groups.database],
    credentials: Credentials.fromGeneratedSecret(databaseUser, {
      secretName: `atelier/${setup.stage}/database`,
    }),
    databaseName,
    multiAz: size.isMultiAz,
    allocatedStorage: size.storageGb,
    maxAllocatedStorage: size.maxStorageGb,
    storageType: StorageType.GP3,
    storageEncrypted: true,
    iamAuthentication: true,
    parameterGroup: addParameters(stack),
    backupRetention: Duration.days(size.backupDays),
    copyTagsToSnapshot: true,
    deletionProtection: keepsData,
    deleteAutomatedBackups: !keepsData,
    removalPolicy: removalOf(setup.size),
    enablePerformanceInsights: true,
    cloudwatchLogsExports: ["postgresql", "upgrade"],
    autoMinorVersionUpgrade: true,
    port: 5_432,
  });
  // Its function stands beside the database and asks Secrets Manager over the endpoint.
  instance.addRotationSingleUser({
    automaticallyAfter: Duration.days(30),
    vpcSubnets: { subnetGroupName: "service" },
    excludeCharacters: " %+~`#$&*()|[]{}:;<>?!'/@\"\\",
  });
  return { instance, proxy: addProxy(instance, network) };
}

/** Connections without TLS are refused; slow statements are logged. */
function addParameters(stack: Stack): ParameterGroup {
  return new ParameterGroup(stack, "PostgresParameters", {
    engine,
    parameters: { "rds.force_ssl": "1", log_min_duration_statement: "1000" },
  });
}

function addProxy(instance: DatabaseInstance, network: Network): DatabaseProxy {
  const secret = instance.secret;
  if (secret === undefined) throw new Error("The database has no secret for its proxy");
  const proxy = instance.addProxy("Proxy", {
    secrets: [secret],
    vpc: network.vpc,
    vpcSubnets: { subnetGroupName: "store" },
    securityGroups: [network.groups.proxy],
    iamAuth: true,
    requireTLS: true,
    idleClientTimeout: Duration.minutes(30),
    borrowTimeout: Duration.seconds(3),
    maxConnectionsPercent: 90,
  });
  if (!(proxy.node.defaultChild instanceof CfnDBProxy)) throw new Error("The proxy is no proxy");
  return proxy;
}
