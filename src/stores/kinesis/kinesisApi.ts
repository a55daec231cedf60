import {
  DescribeStreamSummaryCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
  ListShardsCommand,
  PutRecordsCommand,
  type Shard as SdkShard,
} from "@aws-sdk/client-kinesis";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import type { AccessKey } from "../dynamodb/client.ts";
import type { InRecord, OutRecord, ReadRecords, Shard, StreamApi } from "./streamApi.ts";

export interface KinesisOptions {
  readonly stream: string;
  /** Null = AWS itself, by region. An emulator or a VPC endpoint otherwise. */
  readonly endpoint: string | null;
  readonly region: string;
  /** Null = what the AWS SDK finds by itself (task role, environment). */
  readonly credentials: AccessKey | null;
}

export interface KinesisApi extends StreamApi {
  readonly close: () => void;
}

/** Who puts waits with events in memory, and has a disk beside: it tries once. */
const timeouts = { connectionTimeout: 1_000, requestTimeout: 3_000 };

/** A client over HTTP/1, with kept-alive connections. Connects on first use; close it with `destroy()`. */
export function createKinesisClient(options: Omit<KinesisOptions, "stream">): KinesisClient {
  const { endpoint, region, credentials } = options;
  return new KinesisClient({
    region,
    maxAttempts: 1,
    ...(endpoint === null ? {} : { endpoint }),
    ...(credentials === null ? {} : { credentials }),
    requestHandler: new NodeHttpHandler({
      ...timeouts,
      throwOnRequestTimeout: true,
      httpAgent: { keepAlive: true, maxSockets: 64 },
      httpsAgent: { keepAlive: true, maxSockets: 64 },
    }),
  });
}

/** What Atelier asks of a stream. */
export function openKinesis(options: KinesisOptions): KinesisApi {
  const { stream: StreamName } = options;
  const client = createKinesisClient(options);
  return {
    async putRecords(records) {
      const Records = records.map(toEntry);
      const answer = await client.send(new PutRecordsCommand({ StreamName, Records }));
      const outcomes = answer.Records ?? [];
      return records.map((_, index) => {
        const outcome = outcomes[index];
        return outcome === undefined ? "no answer" : (outcome.ErrorCode ?? null);
      });
    },
    async identity() {
      const answer = await client.send(new DescribeStreamSummaryCommand({ StreamName }));
      const { StreamARN, StreamCreationTimestamp } = answer.StreamDescriptionSummary ?? {};
      return `${StreamARN ?? StreamName} ${StreamCreationTimestamp?.toISOString() ?? ""}`.trim();
    },
    listShards: () => listShards(client, StreamName),
    async iteratorAfter(ShardId, after) {
      const from =
        after === null
          ? { ShardIteratorType: "TRIM_HORIZON" as const }
          : {
              ShardIteratorType: "AFTER_SEQUENCE_NUMBER" as const,
              StartingSequenceNumber: after,
            };
      const answer = await client.send(
        new GetShardIteratorCommand({ StreamName, ShardId, ...from }),
      );
      return answer.ShardIterator ?? "";
    },
    readRecords: (ShardIterator, Limit) =>
      client.send(new GetRecordsCommand({ ShardIterator, Limit })).then(toRead),
    close: () => client.destroy(),
  };
}

function toEntry({ data, hashKey }: OutRecord) {
  // The key is required, and the other one decides.
  return { Data: data, PartitionKey: hashKey, ExplicitHashKey: hashKey };
}

async function listShards(client: KinesisClient, StreamName: string): Promise<readonly Shard[]> {
  const shards: Shard[] = [];
  let NextToken: string | undefined;
  do {
    // A page after the first is asked for by its token alone.
    const input = NextToken === undefined ? { StreamName } : { NextToken };
    const answer = await client.send(new ListShardsCommand(input));
    shards.push(...(answer.Shards ?? []).map(toShard));
    NextToken = answer.NextToken;
  } while (NextToken !== undefined);
  return shards;
}

function toShard({ ShardId = "", ParentShardId, AdjacentParentShardId }: SdkShard): Shard {
  const parentIds = [ParentShardId, AdjacentParentShardId].filter((id) => id !== undefined);
  return { shardId: ShardId, parentIds };
}

interface GetRecordsAnswer {
  readonly Records?: readonly {
    readonly SequenceNumber?: string | undefined;
    readonly PartitionKey?: string | undefined;
    readonly Data?: Uint8Array | undefined;
    readonly ApproximateArrivalTimestamp?: Date | undefined;
  }[];
  readonly NextShardIterator?: string | undefined;
  readonly MillisBehindLatest?: number | undefined;
}

function toRead({
  Records = [],
  NextShardIterator,
  MillisBehindLatest = 0,
}: GetRecordsAnswer): ReadRecords {
  const records = Records.map(
    (record): InRecord => ({
      sequenceNumber: record.SequenceNumber ?? "",
      partitionKey: record.PartitionKey ?? "",
      data: record.Data ?? new Uint8Array(),
      arrivedAtMs: record.ApproximateArrivalTimestamp?.getTime() ?? 0,
    }),
  );
  return { records, nextIterator: NextShardIterator ?? null, behindMs: MillisBehindLatest };
}
