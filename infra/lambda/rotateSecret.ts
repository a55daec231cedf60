import { randomBytes } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { ECSClient, UpdateServiceCommand } from "@aws-sdk/client-ecs";
import {
  DescribeReplicationGroupsCommand,
  ElastiCacheClient,
  ModifyReplicationGroupCommand,
} from "@aws-sdk/client-elasticache";
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from "@aws-sdk/client-secrets-manager";
import {
  nextToken,
  type RotationDeps,
  type RotationRequest,
  rotate,
  type SecretFields,
  type SecretVersions,
} from "./rotation.ts";

const secrets = new SecretsManagerClient();
const ecs = new ECSClient();
const pollEveryMs = 10_000;
/** A cluster takes a password in some minutes; the function has fourteen. */
const mostPolls = 80;

/** The function on AWS: `KIND` says which secret it renews. */
export async function handler(request: RotationRequest): Promise<void> {
  const deps = process.env.KIND === "redis" ? redisDeps() : tokenDeps();
  await rotate(request, { ...store, restart: restartServices, ...deps });
}

/** 64 letters and digits: long enough for anybody, and plain in URLs. */
function fresh(): string {
  return randomBytes(32).toString("hex");
}

function tokenDeps(): Pick<RotationDeps, "next" | "apply"> {
  return { next: (current) => nextToken(current, fresh()), apply: async () => undefined };
}

function redisDeps(): Pick<RotationDeps, "next" | "apply"> {
  return {
    next: () => ({ password: fresh() }),
    apply: ({ password }) => addPassword(password ?? ""),
  };
}

/** `ROTATE`: the cluster takes the new password beside the one before. */
async function addPassword(password: string): Promise<void> {
  const redis = new ElastiCacheClient();
  const ReplicationGroupId = process.env.REPLICATION_GROUP;
  await redis.send(
    new ModifyReplicationGroupCommand({
      ReplicationGroupId,
      AuthToken: password,
      AuthTokenUpdateStrategy: "ROTATE",
      ApplyImmediately: true,
    }),
  );
  for (let poll = 0; poll < mostPolls; poll += 1) {
    await delay(pollEveryMs);
    const answer = await redis.send(new DescribeReplicationGroupsCommand({ ReplicationGroupId }));
    const [group] = answer.ReplicationGroups as readonly { readonly Status: string }[];
    if (group?.Status === "available") return;
  }
  throw new Error("Redis did not take the password in time");
}

/** Tasks are replaced one by one, none before the next one is ready. */
async function restartServices(): Promise<void> {
  for (const service of (process.env.SERVICES ?? "").split(","))
    await ecs.send(
      new UpdateServiceCommand({ cluster: process.env.CLUSTER, service, forceNewDeployment: true }),
    );
}

const store: Pick<RotationDeps, "read" | "putPending" | "makeCurrent"> = {
  async read(SecretId, version): Promise<SecretVersions> {
    const described = await secrets.send(new DescribeSecretCommand({ SecretId }));
    const stages = described.VersionIdsToStages as Readonly<Record<string, readonly string[]>>;
    const currentVersion =
      Object.keys(stages).find((id) => stages[id]?.includes("AWSCURRENT")) ?? "";
    const current = await readFields(SecretId, currentVersion);
    if (current === null) throw new Error(`${SecretId} has no value`);
    const isMade = stages[version] !== undefined;
    return {
      current,
      currentVersion,
      pending: isMade ? await readFields(SecretId, version) : null,
    };
  },
  async putPending(SecretId, ClientRequestToken, fields) {
    const SecretString = JSON.stringify(fields);
    const VersionStages = ["AWSPENDING"];
    await secrets.send(
      new PutSecretValueCommand({ SecretId, ClientRequestToken, SecretString, VersionStages }),
    );
  },
  async makeCurrent(SecretId, MoveToVersionId, RemoveFromVersionId) {
    const move = { SecretId, MoveToVersionId, RemoveFromVersionId, VersionStage: "AWSCURRENT" };
    await secrets.send(new UpdateSecretVersionStageCommand(move));
  },
};

/** Null = the version was announced and has no value yet. */
async function readFields(SecretId: string, VersionId: string): Promise<SecretFields | null> {
  try {
    const answer = await secrets.send(new GetSecretValueCommand({ SecretId, VersionId }));
    return JSON.parse(String(answer.SecretString));
  } catch (error) {
    if (error instanceof Error && error.name === "ResourceNotFoundException") return null;
    throw error;
  }
}
