import { Duration, type Stack } from "aws-cdk-lib";
import {
  AutoScalingGroup,
  BlockDeviceVolume,
  EbsDeviceVolumeType,
} from "aws-cdk-lib/aws-autoscaling";
import {
  InstanceType,
  LaunchTemplate,
  LaunchTemplateHttpTokens,
  UserData,
} from "aws-cdk-lib/aws-ec2";
import {
  AsgCapacityProvider,
  type CapacityProviderStrategy,
  Cluster,
  ContainerInsights,
  EcsOptimizedImage,
} from "aws-cdk-lib/aws-ecs";
import { Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { Network } from "./network.ts";
import { clusterName } from "./secrets.ts";
import type { Setup } from "./setup.ts";

export interface Capacity {
  readonly cluster: Cluster;
  /** Where tasks are placed; null = Fargate. */
  readonly strategy: readonly CapacityProviderStrategy[] | null;
}

/** Where tasks run: Fargate's machines, or those of an Auto Scaling group that grows with the tasks. */
export function addCluster(stack: Stack, setup: Setup, network: Network): Capacity {
  const cluster = new Cluster(stack, "Cluster", {
    clusterName: clusterName(setup),
    vpc: network.vpc,
    containerInsightsV2: ContainerInsights.ENABLED,
    enableFargateCapacityProviders: true,
  });
  if (setup.compute === "fargate") return { cluster, strategy: null };
  const provider = addMachines(stack, setup, network);
  cluster.addAsgCapacityProvider(provider);
  return { cluster, strategy: [{ capacityProvider: provider.capacityProviderName, weight: 1 }] };
}

/** Two tasks a machine of four cores; machines are drained before they go. */
function addMachines(stack: Stack, setup: Setup, network: Network): AsgCapacityProvider {
  const { ads, management } = setup.size;
  // What ECS's agent asks is granted as the machines join the cluster: no shell, no metadata for tasks.
  const role = new Role(stack, "MachineRole", {
    assumedBy: new ServicePrincipal("ec2.amazonaws.com"),
  });
  const template = new LaunchTemplate(stack, "Machine", {
    machineImage: EcsOptimizedImage.amazonLinux2023(),
    instanceType: new InstanceType("c7i.xlarge"),
    securityGroup: network.groups.service,
    role,
    userData: UserData.forLinux(),
    httpTokens: LaunchTemplateHttpTokens.REQUIRED,
    httpPutResponseHopLimit: 1,
    blockDevices: [
      {
        deviceName: "/dev/xvda",
        volume: BlockDeviceVolume.ebs(ads.diskGb * 2, {
          encrypted: true,
          volumeType: EbsDeviceVolumeType.GP3,
        }),
      },
    ],
  });
  const group = new AutoScalingGroup(stack, "Machines", {
    vpc: network.vpc,
    vpcSubnets: { subnetGroupName: "service" },
    launchTemplate: template,
    minCapacity: Math.ceil((ads.minTasks + management.minTasks) / 2),
    maxCapacity: Math.ceil((ads.maxTasks + management.maxTasks) / 2) + 1,
    maxInstanceLifetime: Duration.days(30),
    defaultInstanceWarmup: Duration.seconds(90),
  });
  return new AsgCapacityProvider(stack, "MachineCapacity", {
    autoScalingGroup: group,
    enableManagedScaling: true,
    enableManagedTerminationProtection: true,
    enableManagedDraining: true,
    targetCapacityPercent: 80,
  });
}
