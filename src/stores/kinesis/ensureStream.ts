import { setTimeout as delay } from "node:timers/promises";
import {
  CreateStreamCommand,
  DescribeStreamSummaryCommand,
  type KinesisClient,
} from "@aws-sdk/client-kinesis";
import { createKinesisClient, type KinesisOptions } from "./kinesisApi.ts";
import { faultName } from "./streamApi.ts";

const lookEveryMs = 20;
const mostLooks = 500;

/** Makes the stream where it is not there, and waits until it takes records. For emulators: in production it is the operator's. */
export async function ensureStream(options: KinesisOptions, shards: number): Promise<void> {
  const client = createKinesisClient(options);
  const { stream: StreamName } = options;
  try {
    if ((await statusOf(client, StreamName)) === null)
      await client.send(new CreateStreamCommand({ StreamName, ShardCount: shards }));
    for (let look = 0; (await statusOf(client, StreamName)) !== "ACTIVE"; look++) {
      if (look === mostLooks) throw new Error(`the stream ${StreamName} does not become active`);
      await delay(lookEveryMs);
    }
  } finally {
    client.destroy();
  }
}

/** Null = there is none. */
async function statusOf(client: KinesisClient, StreamName: string): Promise<string | null> {
  try {
    const answer = await client.send(new DescribeStreamSummaryCommand({ StreamName }));
    return answer.StreamDescriptionSummary?.StreamStatus ?? null;
  } catch (error) {
    if (faultName(error) === "ResourceNotFoundException") return null;
    throw error;
  }
}
