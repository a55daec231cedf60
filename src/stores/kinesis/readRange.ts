import {
  GetRecordsCommand,
  GetShardIteratorCommand,
  InvalidArgumentException,
  type KinesisClient,
  type _Record as KinesisRecord,
  ResourceNotFoundException,
} from "@aws-sdk/client-kinesis";
import type { ReplayedRecord, ShardRange } from "../../jobs/deadLetter.ts";

const recordsAtOnce = 500;

/**
 * The records of a part of a shard, in their order; null where some are kept no more. Throws when Kinesis is away.
 */
export async function readShardRange(
  client: KinesisClient,
  range: ShardRange,
): Promise<readonly ReplayedRecord[] | null> {
  const first = BigInt(range.firstSequenceNumber);
  const last = BigInt(range.lastSequenceNumber);
  const found: ReplayedRecord[] = [];
  let iterator = await openRange(client, range);
  while (iterator !== null) {
    const answer = await client.send(
      new GetRecordsCommand({ ShardIterator: iterator, Limit: recordsAtOnce }),
    );
    for (const record of answer.Records ?? []) {
      const number = BigInt(record.SequenceNumber ?? "0");
      // A shard that forgot the first one begins later.
      if (found.length === 0 && number > first) return null;
      if (number <= last) found.push(toReplayed(record));
      if (number >= last) return found;
    }
    const isAtEnd = (answer.Records ?? []).length === 0 && answer.MillisBehindLatest === 0;
    iterator = isAtEnd ? null : (answer.NextShardIterator ?? null);
  }
  return null;
}

/** Null = there is no such shard any more, or it has forgotten the first record. */
async function openRange(client: KinesisClient, range: ShardRange): Promise<string | null> {
  const command = new GetShardIteratorCommand({
    StreamARN: range.streamArn,
    StreamName: range.streamArn.split("/").at(-1),
    ShardId: range.shardId,
    ShardIteratorType: "AT_SEQUENCE_NUMBER",
    StartingSequenceNumber: range.firstSequenceNumber,
  });
  try {
    return (await client.send(command)).ShardIterator ?? null;
  } catch (error) {
    const isGone =
      error instanceof ResourceNotFoundException || error instanceof InvalidArgumentException;
    if (isGone) return null;
    throw error;
  }
}

function toReplayed(record: KinesisRecord): ReplayedRecord {
  return {
    sequenceNumber: record.SequenceNumber ?? "",
    partitionKey: record.PartitionKey ?? "",
    data: Buffer.from(record.Data ?? new Uint8Array()).toString("base64"),
  };
}
