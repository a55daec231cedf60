import type { Stack } from "aws-cdk-lib";
import {
  CfnParameterGroup,
  CfnReplicationGroup,
  CfnSubnetGroup,
} from "aws-cdk-lib/aws-elasticache";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import { removalOf } from "./keeping.ts";
import type { Network } from "./network.ts";
import type { Setup } from "./setup.ts";

export interface Cache {
  readonly replication: CfnReplicationGroup;
  /** Redis's password, under the key `password`. */
  readonly password: Secret;
  /** The URL that a client of the cluster begins with; its password comes by itself. */
  readonly url: string;
}

/** Redis in cluster mode: TLS, a password, a replica of each shard in another zone. Money is in it: nothing is evicted. */
export function addCache(stack: Stack, setup: Setup, network: Network): Cache {
  const { cache: size, keepsData } = setup.size;
  const password = new Secret(stack, "RedisPassword", {
    secretName: `atelier/${setup.stage}/redis`,
    generateSecretString: {
      secretStringTemplate: "{}",
      generateStringKey: "password",
      passwordLength: 64,
      // ElastiCache takes few signs, and the password is a part of URLs.
      excludePunctuation: true,
    },
    removalPolicy: removalOf(setup.size),
  });
  const subnets = new CfnSubnetGroup(stack, "RedisSubnets", {
    description: "Redis: subnets without a way out",
    subnetIds: network.vpc.selectSubnets({ subnetGroupName: "store" }).subnetIds,
  });
  const replication = new CfnReplicationGroup(stack, "Redis", {
    replicationGroupDescription: `Holds, caps and scores of Atelier, ${setup.stage}`,
    engine: "redis",
    engineVersion: "7.1",
    cacheNodeType: size.node,
    numNodeGroups: size.shards,
    replicasPerNodeGroup: size.replicas,
    automaticFailoverEnabled: true,
    multiAzEnabled: true,
    clusterMode: "enabled",
    cacheParameterGroupName: addParameters(stack).ref,
    cacheSubnetGroupName: subnets.ref,
    securityGroupIds: [network.groups.cache.securityGroupId],
    port: 6_379,
    atRestEncryptionEnabled: true,
    transitEncryptionEnabled: true,
    authToken: password.secretValueFromJson("password").unsafeUnwrap(),
    snapshotRetentionLimit: keepsData ? 7 : 1,
    autoMinorVersionUpgrade: true,
  });
  replication.applyRemovalPolicy(removalOf(setup.size));
  const host = replication.attrConfigurationEndPointAddress;
  return { replication, password, url: `rediss://${host}:6379?cluster=true` };
}

function addParameters(stack: Stack): CfnParameterGroup {
  return new CfnParameterGroup(stack, "RedisParameters", {
    cacheParameterGroupFamily: "redis7",
    description: "Nothing is evicted: money is in it",
    properties: { "cluster-enabled": "yes", "maxmemory-policy": "noeviction" },
  });
}
