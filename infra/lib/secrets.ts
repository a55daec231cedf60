import { ArnFormat, Duration, type Stack } from "aws-cdk-lib";
import { ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { CfnRotationSchedule, Secret } from "aws-cdk-lib/aws-secretsmanager";
import type { Cache } from "./cache.ts";
import { removalOf } from "./keeping.ts";
import { addFunction } from "./lambdas.ts";
import { allow } from "./policies.ts";
import type { Setup } from "./setup.ts";

export interface Secrets {
  /** `current` and `previous`: what signs tracking URLs, and what did before. */
  readonly token: Secret;
  /** Keys hashes that are stored for months: another one would make everybody a stranger. */
  readonly visitor: Secret;
}

/** Services read secrets as they start: after a rotation theirs are started anew, one task at a time. */
export const clusterName = (setup: Setup): string => `atelier-${setup.stage}`;
export const serviceNames = ["ads", "management"] as const;

/** The secrets of the server, and who renews them. That of Postgres is renewed beside it (database.ts). */
export function addSecrets(stack: Stack, setup: Setup, cache: Cache): Secrets {
  const token = addSecret(stack, setup, "Token", "current", '{"previous":""}');
  const visitor = addSecret(stack, setup, "Visitor", "current", "{}");
  addRotation(stack, setup, "RotateToken", token, { KIND: "token" });
  const group = cache.replication.ref;
  const redis = { KIND: "redis", REPLICATION_GROUP: group };
  const rotation = addRotation(stack, setup, "RotateRedis", cache.password, redis);
  const groupArn = stack.formatArn({
    service: "elasticache",
    resource: "replicationgroup",
    resourceName: group,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  rotation.addToRolePolicy(
    allow(
      ["elasticache:ModifyReplicationGroup", "elasticache:DescribeReplicationGroups"],
      [groupArn],
    ),
  );
  return { token, visitor };
}

function addSecret(stack: Stack, setup: Setup, name: string, key: string, rest: string): Secret {
  return new Secret(stack, `${name}Secret`, {
    secretName: `atelier/${setup.stage}/${name.toLowerCase()}`,
    generateSecretString: {
      secretStringTemplate: rest,
      generateStringKey: key,
      passwordLength: 64,
      excludePunctuation: true,
    },
    removalPolicy: removalOf(setup.size),
  });
}

/** A function that renews one secret every month, and may touch no other. */
function addRotation(
  stack: Stack,
  setup: Setup,
  name: string,
  secret: Secret,
  environment: Readonly<Record<string, string>>,
): LambdaFunction {
  const cluster = clusterName(setup);
  const rotation = addFunction(stack, setup, name, {
    entry: "rotateSecret.ts",
    about: "Renews a secret and has the services start anew with it",
    timeout: Duration.minutes(14),
    environment: { ...environment, CLUSTER: cluster, SERVICES: serviceNames.join(",") },
  });
  const services = serviceNames.map((service) =>
    stack.formatArn({ service: "ecs", resource: "service", resourceName: `${cluster}/${service}` }),
  );
  rotation.addToRolePolicy(allow(["ecs:UpdateService"], services));
  rotation.addToRolePolicy(
    allow(
      [
        "secretsmanager:DescribeSecret",
        "secretsmanager:GetSecretValue",
        "secretsmanager:PutSecretValue",
        "secretsmanager:UpdateSecretVersionStage",
      ],
      [secret.secretArn],
    ),
  );
  const caller = new ServicePrincipal("secretsmanager.amazonaws.com");
  const permission = { principal: caller, sourceAccount: stack.account };
  rotation.addPermission("SecretsManager", permission);
  const schedule = new CfnRotationSchedule(stack, `${name}Schedule`, {
    secretId: secret.secretArn,
    rotationLambdaArn: rotation.functionArn,
    rotationRules: { automaticallyAfterDays: 30 },
    // The first value is the one that everybody has.
    rotateImmediatelyOnUpdate: false,
  });
  schedule.node.addDependency(rotation);
  return rotation;
}
