import { Duration, type Stack, TimeZone } from "aws-cdk-lib";
import type { FargateTaskDefinition } from "aws-cdk-lib/aws-ecs";
import type { Role } from "aws-cdk-lib/aws-iam";
import { Schedule, ScheduleExpression, ScheduleTargetInput } from "aws-cdk-lib/aws-scheduler";
import { EcsRunFargateTask } from "aws-cdk-lib/aws-scheduler-targets";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import { addDeadLetters } from "./consumers.ts";
import type { Data } from "./data.ts";
import { type Lake, landingFolder, mergedFolder } from "./lake.ts";
import type { Network } from "./network.ts";
import { allow } from "./policies.ts";
import type { Services } from "./service.ts";
import type { Setup } from "./setup.ts";
import { addTask } from "./task.ts";
import { allowDatabase, allowScoring } from "./taskRoles.ts";

/** What runs now and then, to its end: a command of `src/main.ts` (a test holds each against it). */
export interface Batch {
  readonly name: string;
  readonly about: string;
  readonly command: readonly string[];
  /** Paris time. */
  readonly at: { readonly hour: string; readonly minute: string };
  readonly size: { readonly cpuUnits: number; readonly memoryMiB: number; readonly diskGb: number };
  readonly rights: "scores" | "database" | "lake";
}

export const batches: readonly Batch[] = [
  {
    name: "CheckReports",
    about: "The sums of reports beside the ledger, repaired where they differ",
    command: ["reports:check", "--repair"],
    at: { hour: "4", minute: "30" },
    size: { cpuUnits: 512, memoryMiB: 1_024, diskGb: 21 },
    rights: "database",
  },
  {
    name: "MergeLake",
    about:
      "What Firehose has put, as a lake with each event once: without erased visitors and what is too old",
    command: ["lake:pass"],
    at: { hour: "1", minute: "15" },
    size: { cpuUnits: 2_048, memoryMiB: 4_096, diskGb: 200 },
    rights: "lake",
  },
  {
    name: "Score",
    about: "Learns the segments from the lake and publishes the scores that pass their gate",
    command: ["score", "--publish"],
    at: { hour: "3", minute: "30" },
    size: { cpuUnits: 4_096, memoryMiB: 16_384, diskGb: 200 },
    rights: "scores",
  },
];

/** Schedules of the batches. One that could not be begun is told to a queue; what fails in its work, its log says. */
export function addBatches(
  stack: Stack,
  setup: Setup,
  given: {
    readonly network: Network;
    readonly data: Data;
    readonly lake: Lake;
    readonly services: Services;
  },
): Queue {
  const letters = addDeadLetters(stack, setup, "batch-dead-letters");
  for (const batch of batches) addBatch(stack, setup, batch, letters, given);
  return letters;
}

function addBatch(
  stack: Stack,
  setup: Setup,
  batch: Batch,
  letters: Queue,
  { network, data, lake, services }: Parameters<typeof addBatches>[2],
): void {
  const { taskOptions } = services;
  const settings = {
    ...taskOptions.settings,
    ...(batch.rights === "database" ? {} : lakeSettings(lake)),
  };
  const task = addTask(
    stack,
    { ...setup, compute: "fargate" },
    { ...taskOptions, ...batch, settings },
  );
  allowBatch(batch, task.taskRole as Role, data, lake);
  new Schedule(stack, `${batch.name}Schedule`, {
    description: batch.about,
    schedule: ScheduleExpression.cron({ ...batch.at, timeZone: TimeZone.EUROPE_PARIS }),
    target: new EcsRunFargateTask(services.capacity.cluster, {
      taskDefinition: task as FargateTaskDefinition,
      vpcSubnets: { subnetGroupName: "service" },
      securityGroups: [network.groups.service],
      input: ScheduleTargetInput.fromObject({}),
      deadLetterQueue: letters,
      retryAttempts: 3,
      maxEventAge: Duration.hours(2),
    }),
  });
}

/** Firehose's folder, which others read too, and the lake that passes make of it. */
const lakeSettings = ({ bucket }: Lake): Readonly<Record<string, string>> => ({
  LAKE_LANDING_DIR: `s3://${bucket.bucketName}/${landingFolder}`,
  LAKE_DIR: `s3://${bucket.bucketName}/${mergedFolder}`,
});

function allowBatch({ rights }: Batch, role: Role, data: Data, { bucket }: Lake): void {
  if (rights === "scores") allowScoring(data, role);
  else allowDatabase(data, role);
  if (rights === "database") return;
  // Which objects there are, and which manifest there is: one that is not there is told from one that may not be seen.
  role.addToPolicy(allow(["s3:ListBucket"], [bucket.bucketArn]));
  const merged = `${bucket.bucketArn}/${mergedFolder}/*`;
  if (rights === "scores") role.addToPolicy(allow(["s3:GetObject"], [merged]));
  else {
    role.addToPolicy(allow(["s3:GetObject"], [`${bucket.bucketArn}/${landingFolder}/*`]));
    role.addToPolicy(allow(["s3:GetObject", "s3:PutObject", "s3:DeleteObject"], [merged]));
  }
}
