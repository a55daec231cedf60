import { Duration, type Stack } from "aws-cdk-lib";
import { Stream, StreamEncryption, StreamMode } from "aws-cdk-lib/aws-kinesis";
import { removalOf } from "./keeping.ts";
import type { Setup } from "./setup.ts";

/** The stream that servers put events to. */
export function streamName({ stage }: Pick<Setup, "stage">): string {
  return `atelier-${stage}-events`;
}

export function addStream(stack: Stack, setup: Setup): Stream {
  const { stream: size } = setup.size;
  return new Stream(stack, "Events", {
    streamName: streamName(setup),
    retentionPeriod: Duration.hours(size.keptHours),
    encryption: StreamEncryption.MANAGED,
    removalPolicy: removalOf(setup.size),
    ...(size.mode === "on-demand"
      ? { streamMode: StreamMode.ON_DEMAND }
      : { streamMode: StreamMode.PROVISIONED, shardCount: size.shards }),
  });
}
