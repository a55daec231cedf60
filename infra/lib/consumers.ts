import { Duration, type Stack } from "aws-cdk-lib";
import type { Stream } from "aws-cdk-lib/aws-kinesis";
import {
  EventSourceMapping,
  type Function as LambdaFunction,
  StartingPosition,
} from "aws-cdk-lib/aws-lambda";
import { SqsDlq } from "aws-cdk-lib/aws-lambda-event-sources";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import type { Delivery } from "./delivery.ts";
import { addFunction } from "./lambdas.ts";
import { allow } from "./policies.ts";
import type { Setup } from "./setup.ts";

export interface Consumers {
  /** Where it is told which records a consumer could not do: `npm run dlq:replay` gives them to it again. */
  readonly deadLetters: Queue;
  readonly feedLake: LambdaFunction;
}

/** Longer than the function's own time, as Lambda asks for queues that it sends to or reads. */
const feedTimeout = Duration.minutes(2);

/**
 * What listens to the stream: rows for the lake. What is no event is set aside at once. Where a batch fails again and again it is
 * halved, and after some tries its place in the stream is set aside.
 */
export function addConsumers(
  stack: Stack,
  setup: Setup,
  stream: Stream,
  deliveries: readonly Delivery[],
): Consumers {
  const deadLetters = addDeadLetters(stack, setup, "stream-dead-letters");
  const feedLake = addFunction(stack, setup, "FeedLake", {
    entry: "feedLake.ts",
    about: "Rows of the lake from the events of the stream",
    files: ["warehouse/events"],
    timeout: feedTimeout,
    memoryMiB: 1_024,
    environment: {
      DELIVERY_PREFIX: `atelier-${setup.stage}-`,
      DEAD_LETTERS: deadLetters.queueUrl,
    },
  });
  const streamArns = deliveries.map((delivery) => delivery.stream.attrArn);
  for (const statement of [
    allow(
      [
        "kinesis:DescribeStreamSummary",
        "kinesis:GetRecords",
        "kinesis:GetShardIterator",
        "kinesis:ListShards",
      ],
      [stream.streamArn],
    ),
    allow(["firehose:PutRecordBatch"], streamArns),
    allow(["sqs:SendMessage"], [deadLetters.queueArn]),
  ])
    feedLake.addToRolePolicy(statement);
  const mapping = new EventSourceMapping(stack, "FeedLakeSource", {
    target: feedLake,
    eventSourceArn: stream.streamArn,
    startingPosition: StartingPosition.TRIM_HORIZON,
    batchSize: 500,
    maxBatchingWindow: Duration.seconds(20),
    parallelizationFactor: 2,
    bisectBatchOnError: true,
    reportBatchItemFailures: true,
    retryAttempts: 5,
    maxRecordAge: Duration.hours(12),
    onFailure: new SqsDlq(deadLetters),
  });
  if (feedLake.role !== undefined) mapping.node.addDependency(feedLake.role);
  return { deadLetters, feedLake };
}

/** Fourteen days to look at what was set aside. */
export function addDeadLetters(stack: Stack, setup: Pick<Setup, "stage">, name: string): Queue {
  return new Queue(stack, name, {
    queueName: `atelier-${setup.stage}-${name}`,
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    retentionPeriod: Duration.days(14),
    visibilityTimeout: Duration.minutes(5),
  });
}
