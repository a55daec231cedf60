import { Duration, type Stack, TimeZone } from "aws-cdk-lib";
import type { FargateTaskDefinition } from "aws-cdk-lib/aws-ecs";
import { Schedule, ScheduleExpression, ScheduleTargetInput } from "aws-cdk-lib/aws-scheduler";
import { EcsRunFargateTask } from "aws-cdk-lib/aws-scheduler-targets";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import { addDeadLetters } from "./consumers.ts";
import type { Data } from "./data.ts";
import type { Network } from "./network.ts";
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
  readonly rights: "scores" | "database";
  /** Why it does not run by itself yet; null = it does. */
  readonly waitsFor: string | null;
}

export const batches: readonly Batch[] = [
  {
    name: "CheckReports",
    about: "The sums of reports beside the ledger, repaired where they differ",
    command: ["reports:check", "--repair"],
    at: { hour: "4", minute: "30" },
    size: { cpuUnits: 512, memoryMiB: 1_024, diskGb: 21 },
    rights: "database",
    waitsFor: null,
  },
  {
    name: "Score",
    about: "Learns the segments from the lake and publishes the scores that pass their gate",
    command: ["score", "--publish"],
    at: { hour: "2", minute: "30" },
    size: { cpuUnits: 4_096, memoryMiB: 16_384, diskGb: 200 },
    rights: "scores",
    waitsFor: "a lake that the merge by event id has run over: the run reads its manifest",
  },
];

/** Schedules of the batches. One that could not be begun is told to a queue; what fails in its work, its log says. */
export function addBatches(
  stack: Stack,
  setup: Setup,
  given: { readonly network: Network; readonly data: Data; readonly services: Services },
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
  { network, data, services }: Parameters<typeof addBatches>[2],
): void {
  const task = addTask(
    stack,
    { ...setup, compute: "fargate" },
    { ...services.taskOptions, ...batch },
  );
  const role = task.taskRole as Parameters<typeof allowScoring>[1];
  if (batch.rights === "scores") allowScoring(data, role);
  else allowDatabase(data, role);
  new Schedule(stack, `${batch.name}Schedule`, {
    description:
      batch.waitsFor === null ? batch.about : `${batch.about}. Waits for ${batch.waitsFor}`,
    enabled: batch.waitsFor === null,
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
