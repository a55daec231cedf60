import { sizes } from "../../infra/lib/sizes.ts";
import {
  indexShare,
  largestUnits,
  largestVolumeGb,
  measured,
  type Plan,
  processesPerTask,
} from "./model.ts";

/** Something that has an end, and how much of it a plan needs. */
export interface Limit {
  readonly what: string;
  readonly needed: number;
  readonly limit: number;
  readonly unit: string;
  /** What is done about it, when it comes. */
  readonly remedy: string;
}

const gb = (units: number): number => units * 16;

/** What ends first comes first: the smallest multiple of the plan's need. */
export function limitsOf(plan: Plan): readonly Limit[] {
  return [...ofMoney(plan), ...ofNodes(plan), ...ofStreams(plan)].sort(
    (a, b) => a.limit / a.needed - b.limit / b.needed,
  );
}

function ofMoney({ assumed, ledger, redis, traffic }: Plan): readonly Limit[] {
  return [
    {
      what: `index of the ledger's event ids after ${assumed.ledgerMonths} months, in the largest instance's memory: their order is chance, so that each row asks another page of it`,
      needed: ledger.keyGbMonth * assumed.ledgerMonths,
      limit: gb(largestUnits) * indexShare,
      unit: "GB",
      remedy:
        "decision ids in time's order (UUID version 7), and a partition a month that goes to the lake",
    },
    {
      what: `RDS volume after ${assumed.ledgerMonths} months of ledger`,
      needed: ledger.gbKept,
      limit: largestVolumeGb,
      unit: "GB",
      remedy:
        "partitions by month; impressions of a campaign and minute as one row once reports have summed them",
    },
    {
      what: "rows that one writer of the ledger takes a second (it has a lock)",
      needed: ledger.rows,
      limit: measured.ledgerRowsPerSecond,
      unit: "rows/s",
      remedy:
        "a writer and a lock for each group of the 64 money buckets, then a Postgres for each group",
    },
    {
      what: "events that one process sums for reports a second",
      needed: traffic.peak.events,
      limit: 1e6 / measured.reportMicrosEvent,
      unit: "events/s",
      remedy: "the job by advertiser in several processes, or sums from the lake",
    },
    {
      what: "shards that money can be spread over (64 buckets)",
      needed: redis.busyMoneyThreads / assumed.redisLoad,
      limit: 64,
      unit: "shards",
      remedy:
        "more buckets: their number is a constant, and changing it takes a rebuild from the ledger",
    },
  ];
}

function ofNodes({ assumed, serving, scores }: Plan): readonly Limit[] {
  const { ads } = sizes.prod;
  return [
    {
      what: "memory of a task: every process has its own snapshot, twice while it is made anew",
      needed: serving.memoryGbTask,
      limit: ads.memoryMiB / 1_024,
      unit: "GB",
      remedy: "larger tasks, one process each; then campaigns divided by part of France over nodes",
    },
    {
      what: "time in which a snapshot's base is built, beside serving",
      needed: (assumed.campaigns / 1e6) * measured.buildSecondsMillion,
      limit: 60,
      unit: "s",
      remedy: "built once and handed to nodes as a file",
    },
    {
      what: "tasks that infra's table of sizes allows",
      needed: serving.tasks,
      limit: ads.maxTasks,
      unit: "tasks",
      remedy: "a larger number in `infra/lib/sizes.ts`",
    },
    {
      what: "connections to Postgres, ten a process (RDS Proxy shares them among some thousands)",
      needed: serving.tasks * processesPerTask * 10,
      limit: 5_000,
      unit: "connections",
      remedy: "fewer a process: ads ask Postgres for changes alone",
    },
    {
      what: "reads of DynamoDB a second before its quota is raised",
      needed: scores.reads,
      limit: 40_000,
      unit: "reads/s",
      remedy: "a quota on request, or scores kept longer in Redis",
    },
  ];
}

function ofStreams({ stream }: Plan): readonly Limit[] {
  return [
    {
      what: "lanes into which a node divides its events (16 unless set, 256 at most)",
      needed: stream.shards,
      limit: 256,
      unit: "shards",
      remedy: "`KINESIS_LANES` up to 256; then a stream for activity alone",
    },
    {
      what: "shards of a stream before the quota is raised",
      needed: stream.shards,
      limit: 200,
      unit: "shards",
      remedy: "a quota on request",
    },
  ];
}
