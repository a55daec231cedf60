import { Duration, type Stack } from "aws-cdk-lib";
import type { IRepository } from "aws-cdk-lib/aws-ecr";
import {
  Compatibility,
  type ContainerDefinition,
  ContainerImage,
  CpuArchitecture,
  Secret as EcsSecret,
  type HealthCheck,
  LogDrivers,
  NetworkMode,
  OperatingSystemFamily,
  TaskDefinition,
} from "aws-cdk-lib/aws-ecs";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import type { ISecret } from "aws-cdk-lib/aws-secretsmanager";
import {
  dataDir,
  drainSeconds,
  type SecretSetting,
  type ServerRole,
  secretSettings,
} from "./environment.ts";
import { logDays, removalOf } from "./keeping.ts";
import { serverPort } from "./network.ts";
import type { Setup } from "./setup.ts";
import type { ServiceSize } from "./sizes.ts";
import { addTaskRoles } from "./taskRoles.ts";
import { agentConfig, scrapeConfig } from "./telemetry.ts";

export interface TaskOptions {
  /** In the names of its resources: "Ads". */
  readonly name: string;
  readonly size: Pick<ServiceSize, "cpuUnits" | "memoryMiB" | "diskGb">;
  readonly image: { readonly repository: IRepository; readonly tag: string };
  readonly settings: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<SecretSetting["secret"], ISecret>>;
  /** Null = it serves; else the arguments of `src/main.ts` that it runs, to their end. */
  readonly command: readonly string[] | null;
}

/** By version; mirrored to a registry of one's own where that is the rule. */
const agentImage = "public.ecr.aws/cloudwatch-agent/cloudwatch-agent:1.300060.0b1248";

/** The server answers on for DRAIN_SECONDS, and then has 15 s to end; a little more before it is killed. */
export const stopSeconds = drainSeconds + 15 + 5;
const agentMiB = 256;

/** A task of the server: its container alone, with a read-only root and one folder to write to. */
export function addTask(stack: Stack, setup: Setup, options: TaskOptions): TaskDefinition {
  const { name, size } = options;
  const logGroup = new LogGroup(stack, `${name}Logs`, {
    retention: logDays(setup.size.logDays),
    removalPolicy: removalOf(setup.size),
  });
  const roles = addTaskRoles(stack, name);
  const isFargate = setup.compute === "fargate";
  const task = new TaskDefinition(stack, `${name}Task`, {
    family: `atelier-${setup.stage}-${name.toLowerCase()}`,
    compatibility: isFargate ? Compatibility.FARGATE : Compatibility.EC2,
    networkMode: NetworkMode.AWS_VPC,
    cpu: String(size.cpuUnits),
    memoryMiB: String(size.memoryMiB),
    ...(isFargate
      ? {
          ephemeralStorageGiB: size.diskGb,
          runtimePlatform: {
            cpuArchitecture: CpuArchitecture.X86_64,
            operatingSystemFamily: OperatingSystemFamily.LINUX,
          },
        }
      : {}),
    ...roles,
  });
  task.addVolume({ name: "data" });
  const server = addServer(task, options, logGroup);
  server.addPortMappings({ containerPort: serverPort });
  mountData(server);
  return task;
}

function addServer(
  task: TaskDefinition,
  options: TaskOptions,
  logGroup: LogGroup,
): ContainerDefinition {
  const secrets = Object.fromEntries(
    Object.entries(secretSettings).map(([setting, { secret, field }]) => [
      setting,
      EcsSecret.fromSecretsManager(options.secrets[secret], field),
    ]),
  );
  const { repository, tag } = options.image;
  return task.addContainer("server", {
    image: ContainerImage.fromEcrRepository(repository, tag),
    essential: true,
    readonlyRootFilesystem: true,
    user: "node",
    memoryReservationMiB: options.size.memoryMiB - agentMiB,
    environment: { ...options.settings },
    secrets,
    stopTimeout: Duration.seconds(stopSeconds),
    logging: LogDrivers.awsLogs({ streamPrefix: "server", logGroup }),
    ...(options.command === null ? { healthCheck } : { command: [...options.command] }),
  });
}

const healthProgram = `fetch("http://127.0.0.1:${serverPort}/healthz").then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))`;

/** As the image's own check: alive. Whether it is ready, the balancer asks. */
const healthCheck: HealthCheck = {
  command: ["CMD", "node", "-e", healthProgram],
  interval: Duration.seconds(10),
  timeout: Duration.seconds(3),
  retries: 3,
  startPeriod: Duration.seconds(30),
};

/** Beside each server: what tells CloudWatch its metrics. */
export function addAgent(stack: Stack, setup: Setup, task: TaskDefinition, role: ServerRole): void {
  const metrics = new LogGroup(stack, `${role}Metrics`, {
    logGroupName: metricsGroupName(setup, role),
    retention: logDays(setup.size.logDays),
    removalPolicy: removalOf(setup.size),
  });
  const ownLogs = new LogGroup(stack, `${role}AgentLogs`, {
    retention: logDays(setup.size.logDays),
    removalPolicy: removalOf({ keepsData: false }),
  });
  // Not essential: ads are served while it starts again.
  task.addContainer("agent", {
    image: ContainerImage.fromRegistry(agentImage),
    essential: false,
    memoryLimitMiB: agentMiB,
    environment: {
      CW_CONFIG_CONTENT: agentConfig(metrics.logGroupName, role),
      PROMETHEUS_CONFIG_CONTENT: scrapeConfig(role),
    },
    logging: LogDrivers.awsLogs({ streamPrefix: "agent", logGroup: ownLogs }),
  });
}

export function metricsGroupName({ stage }: Pick<Setup, "stage">, role: ServerRole): string {
  return `/atelier/${stage}/${role}/metrics`;
}

function mountData(container: ContainerDefinition): void {
  container.addMountPoints({ sourceVolume: "data", containerPath: dataDir, readOnly: false });
}
