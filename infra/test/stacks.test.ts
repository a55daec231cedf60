import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { settings } from "../../src/settings.ts";
import { deregistrationSeconds } from "../lib/balancer.ts";
import { batches } from "../lib/batches.ts";
import { drainSeconds, secretSettings } from "../lib/environment.ts";
import { exceptions } from "../lib/exceptions.ts";
import { glueTableInput, readLakeTables } from "../lib/glueTables.ts";
import { readArgs } from "../lib/readArgs.ts";
import { stopSeconds } from "../lib/task.ts";
import { watchedMetrics } from "../lib/watchedMetrics.ts";
import { built, builtPoc, type Properties, resourcesOf } from "./support/built.ts";

const repository = join(import.meta.dirname, "../..");
const read = (path: string): string => readFileSync(join(repository, path), "utf8");
const everything = () => [built("dev"), built("staging"), built("prod"), built("prod", "ec2")];

describe("synthesis", () => {
  test("every stage and both kinds of machines keep AWS's rules, but for exceptions that have a reason", () => {
    const used = new Set([...everything(), builtPoc()].flatMap(({ excepted }) => [...excepted]));
    assert.deepEqual(
      exceptions.filter((one) => !used.has(one)).map(({ paths }) => paths),
      [],
    );
    for (const { reason } of exceptions)
      assert.ok(reason.length > 20 && reason.endsWith("."), reason);
  });

  test("bad arguments are refused with what would do", () => {
    assert.throws(() => readArgs(["--stage", "live"]), /--stage must be one of dev, staging, prod/);
    assert.throws(() => readArgs(["--compute", "lambda"]), /--compute must be fargate or ec2/);
    assert.throws(() => readArgs(["--region", "mars-1"]), /--region must be one of/);
    assert.throws(() => readArgs(["--account", "12"]), /12 digits/);
    assert.throws(() => readArgs(["--stagee", "dev"]), /Usage: npm run synth/);
  });
});

describe("tasks", () => {
  const containers = () =>
    everything().flatMap((one) =>
      resourcesOf(one, "AWS::ECS::TaskDefinition").flatMap(
        ({ properties }) => properties.ContainerDefinitions as readonly Properties[],
      ),
    );
  const servers = () => containers().filter(({ Name }) => Name === "server");
  const namesOf = (list: unknown): readonly string[] =>
    ((list ?? []) as readonly { readonly Name: string }[]).map(({ Name }) => Name);

  test("are given only settings that the server knows, with values that it takes", () => {
    const bySetting = new Map(Object.values(settings).map((one) => [one.name as string, one.kind]));
    assert.ok(servers().length >= 12);
    for (const server of servers()) {
      const plain = server.Environment as readonly {
        readonly Name: string;
        readonly Value: unknown;
      }[];
      for (const { Name, Value } of plain) {
        const kind = bySetting.get(Name);
        assert.ok(kind !== undefined, `${Name} is no setting`);
        if (typeof Value === "string")
          assert.notEqual(kind.read(Value), undefined, `${Name}=${Value}`);
      }
      for (const name of namesOf(server.Secrets)) assert.ok(bySetting.has(name), name);
    }
  });

  test("are given all that the server cannot do without", () => {
    const needed = Object.values(settings).filter(({ neededBy }) =>
      (neededBy as readonly string[]).includes("serve"),
    );
    for (const server of servers()) {
      const given = [...namesOf(server.Environment), ...namesOf(server.Secrets)];
      for (const { name } of needed) assert.ok(given.includes(name), `${name} is not given`);
    }
  });

  test("get no secret as a plain setting", () => {
    for (const name of Object.keys(secretSettings))
      for (const server of servers()) assert.ok(!namesOf(server.Environment).includes(name), name);
  });

  test("run as node on a root that cannot be written to, the server alone essential", () => {
    for (const server of servers()) {
      assert.equal(server.ReadonlyRootFilesystem, true);
      assert.equal(server.User, "node");
    }
    for (const { Name, Essential } of containers()) assert.equal(Essential, Name === "server");
  });

  test("have longer to end than the server takes, and the balancer waits for what is in flight", () => {
    const patience = Number(
      /patienceMs = ([\d_]+)/.exec(read("src/commands/untilStopped.ts"))?.[1]?.replace("_", ""),
    );
    assert.ok(stopSeconds > drainSeconds + patience / 1_000);
    assert.ok(deregistrationSeconds >= drainSeconds);
    for (const { properties } of resourcesOf(
      built("prod"),
      "AWS::ElasticLoadBalancingV2::TargetGroup",
    )) {
      assert.equal(properties.HealthCheckPath, "/readyz");
      assert.match(
        JSON.stringify(properties),
        new RegExp(`"deregistration_delay.timeout_seconds","Value":"${deregistrationSeconds}"`),
      );
      const noticed =
        Number(properties.HealthCheckIntervalSeconds) * Number(properties.UnhealthyThresholdCount);
      assert.ok(noticed < drainSeconds, "tasks leave before the balancer has noticed");
    }
  });

  test("are replaced without a gap, and scale by requests and by the loop's delay", () => {
    for (const one of everything()) {
      const services = resourcesOf(one, "AWS::ECS::Service");
      assert.deepEqual(services.map(({ properties }) => properties.ServiceName).sort(), [
        "ads",
        "management",
      ]);
      for (const { properties } of services) {
        const { MinimumHealthyPercent, MaximumPercent, DeploymentCircuitBreaker } =
          properties.DeploymentConfiguration as Properties;
        assert.deepEqual([MinimumHealthyPercent, MaximumPercent], [100, 200]);
        assert.deepEqual(DeploymentCircuitBreaker, { Enable: true, Rollback: true });
      }
      const policies = resourcesOf(one, "AWS::ApplicationAutoScaling::ScalingPolicy").map(
        ({ properties }) => JSON.stringify(properties),
      );
      assert.equal(policies.filter((text) => text.includes("ALBRequestCountPerTarget")).length, 2);
      assert.equal(policies.filter((text) => text.includes("eventloop_lag")).length, 2);
    }
  });

  test("what runs now and then is a command of the server", () => {
    const commands = [...read("src/main.ts").matchAll(/case "([a-z:]+)":/g)].map(
      ([, name]) => name,
    );
    for (const { command } of batches) assert.ok(commands.includes(command[0]), command[0]);
  });
});

test("metrics that are watched are on the server's page", () => {
  const sources = readdirSync(join(repository, "src"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => read(`src/${name}`))
    .join("\n");
  for (const { name } of watchedMetrics) {
    const ofNode = name.startsWith("atelier_nodejs_") || name.startsWith("atelier_process_");
    const known = ofNode
      ? read("docs/operations.md").includes(name)
      : sources.includes(`"${name}"`);
    assert.ok(known, `${name} is told by nobody`);
  }
});

test("a limit is the same here and in Prometheus' rules", () => {
  const rules = [...read("ops/alerts.yaml").matchAll(/^ +expr: .*$/gm)].map(([line]) => line);
  for (const { name, alarm } of watchedMetrics) {
    if (alarm === undefined) continue;
    const limit = new RegExp(`\\b${name}(?:\\[\\w+\\])?\\)* (>|==) ([\\d.e]+)`);
    const found = rules.map((line) => limit.exec(line)).find((match) => match !== null);
    assert.ok(found != null, `${name} has no rule`);
    const { above, below } = alarm;
    // Nobody is fewer than one.
    const expected = above === undefined ? ["==", String((below ?? 0) - 1)] : [">", String(above)];
    assert.deepEqual(found.slice(1, 3), expected, name);
  }
});

test("the catalogue's tables have the columns of the lake's", () => {
  const tables = resourcesOf(built("prod"), "AWS::Glue::Table");
  const schemas = readdirSync(join(repository, "warehouse/events")).filter((name) =>
    name.endsWith(".json"),
  );
  assert.equal(tables.length, schemas.length);
  for (const table of readLakeTables()) {
    const { storageDescriptor } = glueTableInput(table, "s3://x/");
    const columns = (
      storageDescriptor as { readonly columns: readonly { readonly name: string }[] }
    ).columns;
    assert.deepEqual(
      columns.map(({ name }) => name),
      table.columns.map(({ name }) => name),
    );
    assert.ok(
      tables.some(({ properties }) => JSON.stringify(properties).includes(`"${table.viewName}"`)),
    );
  }
  const deliveries = resourcesOf(built("prod"), "AWS::KinesisFirehose::DeliveryStream");
  assert.equal(deliveries.length, tables.length);
});

describe("stores", () => {
  const one = (type: string): Properties => resourcesOf(built("prod"), type)[0]?.properties ?? {};

  test("Postgres stands in two zones, encrypted, behind a proxy that lets in by IAM and TLS alone", () => {
    const instance = one("AWS::RDS::DBInstance");
    assert.equal(instance.MultiAZ, true);
    assert.equal(instance.StorageEncrypted, true);
    assert.equal(instance.DeletionProtection, true);
    const proxy = one("AWS::RDS::DBProxy");
    assert.equal(proxy.RequireTLS, true);
    assert.match(JSON.stringify(proxy.Auth), /"IAMAuth":"REQUIRED"/);
  });

  test("Redis is a cluster with TLS, a password and replicas, and evicts nothing", () => {
    const redis = one("AWS::ElastiCache::ReplicationGroup");
    assert.deepEqual(
      [redis.TransitEncryptionEnabled, redis.AtRestEncryptionEnabled, redis.MultiAZEnabled],
      [true, true, true],
    );
    assert.match(JSON.stringify(redis.AuthToken), /resolve:secretsmanager/);
    assert.match(JSON.stringify(one("AWS::ElastiCache::ParameterGroup")), /noeviction/);
  });

  test("scores expire, can be brought back, and cost what is asked", () => {
    const table = one("AWS::DynamoDB::Table");
    assert.equal(table.BillingMode, "PAY_PER_REQUEST");
    assert.deepEqual(table.TimeToLiveSpecification, { AttributeName: "expiresAt", Enabled: true });
    assert.match(JSON.stringify(table), /"PointInTimeRecoveryEnabled":true/);
  });

  test("what cannot be done with the stream is set aside after a few tries, alone", () => {
    const mapping = one("AWS::Lambda::EventSourceMapping");
    assert.deepEqual(mapping.FunctionResponseTypes, ["ReportBatchItemFailures"]);
    assert.equal(mapping.BisectBatchOnFunctionError, true);
    assert.match(JSON.stringify(mapping.DestinationConfig), /OnFailure/);
  });

  test("secrets are renewed every month, but for the one that must not be", () => {
    const secrets = resourcesOf(built("prod"), "AWS::SecretsManager::Secret").length;
    const schedules = resourcesOf(built("prod"), "AWS::SecretsManager::RotationSchedule").length;
    assert.deepEqual([secrets, schedules], [4, 3]);
  });

  test("everything of a stage carries its cost tags, and each month has a limit that tells somebody", () => {
    for (const stage of ["dev", "staging", "prod"] as const)
      for (const { name, text } of built(stage).stacks)
        assert.match(text, new RegExp(`"Key":"stage","Value":"${stage}"`), name);
    assert.match(JSON.stringify(one("AWS::Budgets::Budget")), /"NotificationType":"FORECASTED"/);
  });

  test("data stays when a stack of production goes", () => {
    for (const type of [
      "AWS::RDS::DBInstance",
      "AWS::DynamoDB::Table",
      "AWS::S3::Bucket",
      "AWS::Kinesis::Stream",
    ])
      for (const { id, resource } of resourcesOf(built("prod"), type))
        assert.notEqual(resource.DeletionPolicy, "Delete", id);
  });
});

test("files are short and nobody exports by default", () => {
  const folder = join(repository, "infra");
  for (const path of ["lib", "lambda"].flatMap((room) =>
    readdirSync(join(folder, room), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .map((name) => join(room, name)),
  )) {
    const source = readFileSync(join(folder, path), "utf8");
    assert.ok(source.split("\n").length <= 251, path);
    assert.ok(!/export default|: any\b|ts-ignore/.test(source), path);
  }
});
