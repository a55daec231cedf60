import { FirehoseClient, PutRecordBatchCommand } from "@aws-sdk/client-firehose";
import { unpackRecord } from "../../src/stores/kinesis/packedRecord.ts";
import { readEventSchemas } from "../../src/stores/lake/eventSchemas.ts";
import { tableOf } from "../../src/stores/lake/lakeTable.ts";
import { createEventReader } from "../../src/stores/lake/readEvent.ts";
import { createFeed, type Feed, type FeedAnswer, type StreamBatch } from "./feed.ts";

let feed: Promise<Feed> | null = null;

/** The function on AWS. The delivery of a schema is `DELIVERY_PREFIX` and its table's name. */
export async function handler(batch: StreamBatch): Promise<FeedAnswer> {
  feed ??= openFeed();
  return (await feed)(batch);
}

async function openFeed(): Promise<Feed> {
  const schemas = await readEventSchemas();
  const tables = schemas.map((schema) => ({ schema, table: tableOf(schema) }));
  const firehose = new FirehoseClient();
  return createFeed({
    unpack: unpackRecord,
    readers: new Map(
      tables.map(({ schema, table }) => [schema.$id, createEventReader(schema, table)]),
    ),
    async put(schema, rows) {
      const DeliveryStreamName = `${process.env.DELIVERY_PREFIX}${schema.replace(".", "_")}`;
      const Records = rows.map((Data) => ({ Data }));
      const answer = await firehose.send(
        new PutRecordBatchCommand({ DeliveryStreamName, Records }),
      );
      const outcomes = answer.RequestResponses as readonly { readonly ErrorCode?: string }[];
      return outcomes.map(({ ErrorCode }) => ErrorCode ?? null);
    },
    clock: Date.now,
    tell: (line) => console.log(line),
  });
}
