import { Duration } from "aws-cdk-lib";
import { type IMetric, Metric } from "aws-cdk-lib/aws-cloudwatch";
import { Operation } from "aws-cdk-lib/aws-dynamodb";
import { HttpCodeElb, HttpCodeTarget } from "aws-cdk-lib/aws-elasticloadbalancingv2";
import type { Stream } from "aws-cdk-lib/aws-kinesis";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import { feedNamespace } from "../lambda/feed.ts";
import type { Consumers } from "./consumers.ts";
import type { Data } from "./data.ts";
import type { Delivery } from "./delivery.ts";
import type { WatchedResource } from "./observability.ts";
import type { Services } from "./service.ts";

const minute = Duration.minutes(1);
const gigabyte = 1_073_741_824;

export interface Watched {
  readonly data: Data;
  readonly stream: Stream;
  readonly deliveries: readonly Delivery[];
  readonly consumers: Consumers;
  readonly services: Services;
  readonly batchLetters: Queue;
}

/** What of AWS's own is watched, and when somebody is told. */
export function watchedResources(watched: Watched): readonly WatchedResource[] {
  return [
    ...ofServices(watched),
    ...ofStores(watched.data),
    ...ofStream(watched),
    letters("Batches that failed", watched.batchLetters),
  ];
}

function ofServices({ services: { balancer } }: Watched): readonly WatchedResource[] {
  const { ads, management } = balancer.targets;
  const of = (name: string, metric: IMetric, above: number, means: string): WatchedResource => ({
    name,
    metric,
    above,
    minutes: 3,
    means,
  });
  return [
    of(
      "Ads that failed",
      ads.metrics.httpCodeTarget(HttpCodeTarget.TARGET_5XX_COUNT, { period: minute }),
      10,
      "The service of ads answers 5xx: its log says why",
    ),
    of(
      "Management that failed",
      management.metrics.httpCodeTarget(HttpCodeTarget.TARGET_5XX_COUNT, { period: minute }),
      10,
      "Management answers 5xx: its log says why",
    ),
    of(
      "Answers of the balancer alone",
      balancer.balancer.metrics.httpCodeElb(HttpCodeElb.ELB_5XX_COUNT, { period: minute }),
      10,
      "No task answers: /readyz of the tasks, the deployment in progress",
    ),
    of(
      "Ads' tasks that are not ready",
      ads.metrics.unhealthyHostCount({ period: minute }),
      0,
      "A task of ads does not answer /readyz with 200",
    ),
    of(
      "Ads' time, seconds",
      ads.metrics.targetResponseTime({ period: minute, statistic: "p99" }),
      0.2,
      "Ad requests are late: event loop's delay, Redis",
    ),
  ];
}

function ofStores({ database, cache, scores }: Data): readonly WatchedResource[] {
  const { instance } = database;
  const redis = (metricName: string): Metric =>
    new Metric({
      namespace: "AWS/ElastiCache",
      metricName,
      dimensionsMap: { ReplicationGroupId: cache.replication.ref },
      statistic: "Maximum",
      period: minute,
    });
  return [
    {
      name: "Postgres' processor",
      metric: instance.metricCPUUtilization({ period: minute }),
      above: 80,
      minutes: 10,
      means: "Postgres is busy: slow statements are in its log",
    },
    {
      name: "Postgres' room",
      metric: instance.metricFreeStorageSpace({ period: minute }),
      below: 5 * gigabyte,
      minutes: 5,
      means: "Storage grows by itself up to its limit: raise maxStorageGb",
    },
    {
      name: "Redis' memory, percent",
      metric: redis("DatabaseMemoryUsagePercentage"),
      above: 75,
      minutes: 5,
      means: "Nothing is evicted: at 100 % holds are refused. More shards",
    },
    {
      name: "Redis' engine, percent",
      metric: redis("EngineCPUUtilization"),
      above: 75,
      minutes: 5,
      means: "A shard is at the end of its core: more shards",
    },
    {
      name: "Scores that were throttled",
      metric: scores.metricThrottledRequestsForOperations({
        operations: [Operation.GET_ITEM, Operation.BATCH_GET_ITEM],
        period: minute,
      }),
      above: 0,
      minutes: 5,
      means: "DynamoDB refuses for a while: ads are served unscored",
    },
  ];
}

function ofStream({ stream, consumers, deliveries }: Watched): readonly WatchedResource[] {
  return [
    {
      name: "Age of what the lake has not, ms",
      metric: stream.metricGetRecordsIteratorAgeMilliseconds({
        period: minute,
        statistic: "Maximum",
      }),
      above: 600_000,
      minutes: 5,
      means: "The consumer is behind: its log, its throttles",
    },
    {
      name: "Puts that were throttled",
      metric: stream.metricPutRecordsThrottledRecords({ period: minute, statistic: "Sum" }),
      above: 100,
      minutes: 10,
      means: "A shard is full: more of them, or on demand. Servers keep the records meanwhile",
    },
    {
      name: "Errors of the lake's function",
      metric: consumers.feedLake.metricErrors({ period: minute }),
      above: 0,
      minutes: 5,
      means: "The function fails as a whole: its log says why",
    },
    {
      name: "What is no event",
      metric: new Metric({
        namespace: feedNamespace,
        metricName: "EventsRejected",
        statistic: "Sum",
        period: minute,
      }),
      above: 0,
      minutes: 5,
      means: "It is set aside in the queue: look at it, put right what made it",
    },
    letters("Records that were set aside", consumers.deadLetters),
    ...deliveries.map(({ schema, stream: delivery }) => ({
      name: `Lake's delay of ${schema}, seconds`,
      metric: new Metric({
        namespace: "AWS/Firehose",
        metricName: "DeliveryToS3.DataFreshness",
        dimensionsMap: { DeliveryStreamName: delivery.ref },
        statistic: "Maximum",
        period: minute,
      }),
      above: 1_800,
      minutes: 5,
      means: "Firehose does not write: its log, the folder errors/ of the lake",
    })),
  ];
}

function letters(name: string, queue: Queue): WatchedResource {
  return {
    name,
    metric: queue.metricApproximateNumberOfMessagesVisible({ period: minute }),
    above: 0,
    minutes: 1,
    means: "Look at them, put right what they are about, then npm run dlq:replay",
  };
}
