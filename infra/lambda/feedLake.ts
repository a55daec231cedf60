import { FirehoseClient, PutRecordBatchCommand } from "@aws-sdk/client-firehose";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import type {
  BatchOutcome,
  HandleBatch,
  KinesisBatch,
  Rejected,
} from "../../src/jobs/handlers/streamEvents.ts";
import { readEventSchemas } from "../../src/stores/lake/eventSchemas.ts";
import { tableOf } from "../../src/stores/lake/lakeTable.ts";
import { createEventReader } from "../../src/stores/lake/readEvent.ts";
import { createFeed } from "./feed.ts";

let feed: Promise<HandleBatch> | null = null;

/** The function on AWS. The delivery of a schema is `DELIVERY_PREFIX` and its table's name. */
export async function handler(
  batch: KinesisBatch,
  context: { readonly invokedFunctionArn: string },
): Promise<BatchOutcome> {
  feed ??= openFeed(context.invokedFunctionArn);
  return (await feed)(batch);
}

async function openFeed(functionArn: string): Promise<HandleBatch> {
  const schemas = await readEventSchemas();
  const tables = schemas.map((schema) => ({ schema, table: tableOf(schema) }));
  const firehose = new FirehoseClient();
  const sqs = new SQSClient();
  return createFeed({
    readers: new Map(
      tables.map(({ schema, table }) => [schema.$id, createEventReader(schema, table)]),
    ),
    async put(schema, texts) {
      const DeliveryStreamName = `${process.env.DELIVERY_PREFIX}${schema.replace(".", "_")}`;
      const Records = texts.map((Data) => ({ Data }));
      const answer = await firehose.send(
        new PutRecordBatchCommand({ DeliveryStreamName, Records }),
      );
      const outcomes = answer.RequestResponses as readonly { readonly ErrorCode?: string }[];
      return outcomes.map(({ ErrorCode }) => ErrorCode ?? null);
    },
    setAside: (rejected) => setAside(sqs, functionArn, rejected),
    clock: Date.now,
    tell: (line) => console.log(line),
  });
}

/** A message each, with the function that is to be given it again: `npm run dlq:replay` reads that. */
async function setAside(
  sqs: SQSClient,
  functionArn: string,
  rejected: readonly Rejected[],
): Promise<void> {
  for (const one of rejected) {
    const MessageBody = JSON.stringify({ functionArn, ...one });
    await sqs.send(new SendMessageCommand({ QueueUrl: process.env.DEAD_LETTERS, MessageBody }));
  }
}
