import { ArnFormat, CfnOutput, CfnParameter, Duration, type Stack } from "aws-cdk-lib";
import { Metric } from "aws-cdk-lib/aws-cloudwatch";
import { Repository } from "aws-cdk-lib/aws-ecr";
import {
  type BaseService,
  type CapacityProviderStrategy,
  type Cluster,
  Ec2Service,
  FargateService,
  type ScalableTaskCount,
  type TaskDefinition,
} from "aws-cdk-lib/aws-ecs";
import type { ApplicationTargetGroup } from "aws-cdk-lib/aws-elasticloadbalancingv2";
import type { Stream } from "aws-cdk-lib/aws-kinesis";
import { addBalancer, type Balancer } from "./balancer.ts";
import { addCluster, type Capacity } from "./cluster.ts";
import type { Data } from "./data.ts";
import { type ServerRole, serverSettings } from "./environment.ts";
import type { Network } from "./network.ts";
import type { Setup } from "./setup.ts";
import type { ServiceSize } from "./sizes.ts";
import { addAgent, addTask, metricsGroupName, type TaskOptions } from "./task.ts";
import { allowManaging, allowMetrics, allowServing, allowTelling } from "./taskRoles.ts";
import { metricsNamespace, roleDimension } from "./telemetry.ts";
import { loopLagMetric } from "./watchedMetrics.ts";

export interface Services {
  readonly capacity: Capacity;
  readonly balancer: Balancer;
  readonly services: Readonly<Record<ServerRole, BaseService>>;
  /** For what runs now and then: the same image and settings. */
  readonly taskOptions: Omit<TaskOptions, "name" | "size" | "command">;
}

export interface ServiceNeeds {
  readonly network: Network;
  readonly data: Data;
  readonly stream: Stream;
}

/** The loop's p99, of which 10 ms and a bit are the timer's own; at more there is a queue before it, and tasks are added. */
const loopLagTargetSeconds = 0.05;
/** Twice the scrapes and the balancer's looks that it takes to trust a new task. */
const graceSeconds = 90;

/** The two services behind one balancer, each scaled by what it does. */
export function addServices(stack: Stack, setup: Setup, needs: ServiceNeeds): Services {
  const capacity = addCluster(stack, setup, needs.network);
  const balancer = addBalancer(stack, setup, needs.network, needs.data.accessLogs);
  const common = commonOptions(stack, setup, needs);
  const add = (role: ServerRole): BaseService => {
    const name = role === "ads" ? "Ads" : "Management";
    const settings = { ...common.settings, SERVER_ROLE: role };
    const size = setup.size[role];
    const task = addTask(stack, setup, { ...common, name, size, settings, command: null });
    completeTask(stack, setup, needs, role, task);
    return addService(stack, {
      ...{ network: needs.network, capacity, role, task, size },
      target: balancer.targets[role],
    });
  };
  const services = { ads: add("ads"), management: add("management") };
  new CfnOutput(stack, "BalancerName", { value: balancer.balancer.loadBalancerDnsName });
  return { capacity, balancer, services, taskOptions: common };
}

/** What is the same for all tasks. The image's tag and our id on the vendors' list are told as the stack is deployed. */
function commonOptions(
  stack: Stack,
  setup: Setup,
  { data, stream }: ServiceNeeds,
): Services["taskOptions"] {
  const imageTag = new CfnParameter(stack, "ImageTag", {
    type: "String",
    allowedPattern: "^[a-zA-Z0-9][a-zA-Z0-9._-]{0,127}$",
    description: "The image's tag in the repository `atelier`: a commit, never a name that moves",
  });
  const vendorId = new CfnParameter(stack, "TcfVendorId", {
    type: "Number",
    minValue: 1,
    maxValue: 65_535,
    description: "Our id on the IAB's Global Vendor List",
  });
  const traces = new CfnParameter(stack, "TracesEndpoint", {
    type: "String",
    default: "",
    allowedPattern: "^(https?://[a-zA-Z0-9.:/_-]{1,200})?$",
    description: "A collector of OpenTelemetry traces (OTLP over HTTP); none = nothing is traced",
  });
  const { database, cache, scores, media, secrets } = data;
  return {
    image: {
      repository: Repository.fromRepositoryName(stack, "Repository", "atelier"),
      tag: imageTag.valueAsString,
    },
    settings: serverSettings(setup, "all", {
      databaseHost: database.proxy.endpoint,
      redisUrl: cache.url,
      scoresTable: scores.tableName,
      mediaBucket: media.bucketName,
      stream: stream.streamName,
      tcfVendorId: vendorId.valueAsString,
      tracesEndpoint: traces.valueAsString,
    }),
    secrets: { ...secrets, redis: cache.password },
  };
}

/** Rights, and what stands beside the server. */
function completeTask(
  stack: Stack,
  setup: Setup,
  { data, stream }: ServiceNeeds,
  role: ServerRole,
  task: TaskDefinition,
): void {
  const taskRole = task.taskRole as Parameters<typeof allowManaging>[1];
  addAgent(stack, setup, task, role);
  const metricsGroup = stack.formatArn({
    service: "logs",
    resource: "log-group",
    resourceName: `${metricsGroupName(setup, role)}:*`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  allowMetrics(taskRole, metricsGroup);
  allowTelling(stream, taskRole);
  if (role === "management") allowManaging(data, taskRole);
  else allowServing(data, taskRole);
}

interface ServiceOptions {
  readonly network: Network;
  readonly capacity: Capacity;
  readonly role: ServerRole;
  readonly task: TaskDefinition;
  readonly size: ServiceSize;
  readonly target: ApplicationTargetGroup;
}

/**
 * Replaced one by one without a gap: new tasks are ready before old ones leave, and a deployment whose tasks do not become
 * ready is taken back.
 */
function addService(stack: Stack, options: ServiceOptions): BaseService {
  const { capacity, role, task, size, target } = options;
  const props = {
    serviceName: role,
    cluster: capacity.cluster as Cluster,
    taskDefinition: task,
    desiredCount: size.minTasks,
    minHealthyPercent: 100,
    maxHealthyPercent: 200,
    circuitBreaker: { enable: true, rollback: true },
    healthCheckGracePeriod: Duration.seconds(graceSeconds),
    enableECSManagedTags: true,
    vpcSubnets: { subnetGroupName: "service" },
    securityGroups: [options.network.groups.service],
  };
  const service = createService(stack, role, props, capacity.strategy);
  service.attachToApplicationTargetGroup(target);
  addScaling(service, role, size, target);
  return service;
}

function createService(
  stack: Stack,
  role: ServerRole,
  props: Omit<ConstructorParameters<typeof FargateService>[2], "capacityProviderStrategies">,
  strategy: readonly CapacityProviderStrategy[] | null,
): FargateService | Ec2Service {
  const id = role === "ads" ? "AdsService" : "ManagementService";
  if (strategy === null) return new FargateService(stack, id, { ...props, assignPublicIp: false });
  return new Ec2Service(stack, id, { ...props, capacityProviderStrategies: [...strategy] });
}

/** More tasks where requests a task or the loop's delay are above their aim; fewer, slowly, where both are below. */
function addScaling(
  service: FargateService | Ec2Service,
  role: ServerRole,
  size: ServiceSize,
  target: ApplicationTargetGroup,
): ScalableTaskCount {
  const count = service.autoScaleTaskCount({
    minCapacity: size.minTasks,
    maxCapacity: size.maxTasks,
  });
  const cooldowns = {
    scaleOutCooldown: Duration.seconds(60),
    scaleInCooldown: Duration.minutes(10),
  };
  count.scaleOnRequestCount("Requests", {
    requestsPerTarget: size.requestsPerTask,
    targetGroup: target,
    ...cooldowns,
  });
  count.scaleToTrackCustomMetric("LoopLag", {
    metric: new Metric({
      namespace: metricsNamespace,
      metricName: loopLagMetric,
      dimensionsMap: { [roleDimension]: role },
      statistic: "Average",
      period: Duration.minutes(1),
    }),
    targetValue: loopLagTargetSeconds,
    ...cooldowns,
  });
  return count;
}
