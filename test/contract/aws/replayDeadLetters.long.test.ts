import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, expect, it, vi } from "vitest";
import {
  parseReplayRequest,
  replayDeadLettersCommand,
} from "../../../src/commands/replayDeadLetters.ts";
import {
  createStreamEventsHandler,
  type KinesisBatch,
} from "../../../src/jobs/handlers/streamEvents.ts";
import type { KinesisApi } from "../../../src/stores/kinesis/kinesisApi.ts";
import { packLines } from "../../../src/stores/kinesis/packedRecord.ts";
import { startKinesis, type TestKinesis } from "../../support/kinesis.ts";
import { startLambda, type TestLambda } from "../../support/lambda.ts";
import { startQueue, type TestQueue } from "../../support/sqs.ts";

const functionArn = "arn:aws:lambda:eu-west-3:000000000000:function:FeedLake";
let kinesis: TestKinesis;
let queue: TestQueue;
let lambda: TestLambda;
let written: string[] = [];
let isAway = false;

/** The server's own handler of the stream, as the function is it on AWS. */
const handler = createStreamEventsHandler({
  async writeEvents(events) {
    if (isAway) throw new Error("Firehose is away");
    written.push(...events.map(({ eventId }) => eventId));
  },
  reject: async (rejected) => {
    throw new Error(rejected[0]?.why);
  },
  count: () => undefined,
});

beforeAll(async () => {
  kinesis = await startKinesis();
  lambda = await startLambda((event: KinesisBatch) => handler(event));
});
afterAll(async () => {
  await kinesis.close();
  await lambda.close();
  vi.unstubAllEnvs();
});
beforeEach(async () => {
  queue = await startQueue();
  written = [];
  isAway = false;
  vi.stubEnv("AWS_ACCESS_KEY_ID", "test");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "test");
  vi.stubEnv("AWS_ENDPOINT_URL_SQS", queue.endpoint);
  vi.stubEnv("AWS_ENDPOINT_URL_LAMBDA", lambda.endpoint);
  return () => queue.close();
});

const eventLine = (eventId: string): string =>
  JSON.stringify({
    schema: "ad_event.v1",
    eventId,
    occurredAt: "2026-06-01T10:00:00.000Z",
    payload: {},
  });

/** Four records of two events each in one shard; answers the notice of the two in the middle. */
async function failedBatch(): Promise<{ readonly notice: string; readonly inside: string[] }> {
  const name = `events-${randomUUID().slice(0, 8)}`;
  const stream: KinesisApi = await kinesis.createStream(name, 1);
  for (let index = 0; index < 4; index += 1) {
    const lines = [0, 1].map((of) => eventLine(`${name}.${index}.${of}`));
    await stream.putRecords([{ data: await packLines(lines), hashKey: "1", events: 2 }]);
  }
  const iterator = await stream.iteratorAfter("shardId-000000000000", null);
  const { records } = await stream.readRecords(iterator, 100);
  stream.close();
  const numbers = records.map(({ sequenceNumber }) => sequenceNumber);
  const notice = noticeOf(name, numbers[1] ?? "", numbers[2] ?? "");
  return { notice, inside: [1, 2].flatMap((at) => [0, 1].map((of) => `${name}.${at}.${of}`)) };
}

/** As Lambda writes it to a queue. */
const noticeOf = (stream: string, first: string, last: string, shard = 0): string =>
  JSON.stringify({
    requestContext: {
      requestId: randomUUID(),
      functionArn: `${functionArn}:$LATEST`,
      condition: "RetryAttemptsExhausted",
      approximateInvokeCount: 6,
    },
    responseContext: { statusCode: 200, executedVersion: "$LATEST", functionError: null },
    version: "1.0",
    timestamp: "2026-06-01T10:05:00.000Z",
    KinesisBatchInfo: {
      shardId: `shardId-${String(shard).padStart(12, "0")}`,
      startSequenceNumber: first,
      endSequenceNumber: last,
      approximateArrivalOfFirstRecord: "2026-06-01T10:00:00.000Z",
      approximateArrivalOfLastRecord: "2026-06-01T10:00:01.000Z",
      batchSize: 2,
      streamArn: `arn:aws:kinesis:eu-west-3:000000000000:stream/${stream}`,
    },
  });

async function replay(
  ...args: string[]
): Promise<{ readonly said: string; readonly fails: boolean }> {
  const said: string[] = [];
  const environment = { AWS_REGION: "eu-west-3", KINESIS_ENDPOINT: kinesis.endpoint };
  const fails = await replayDeadLettersCommand(environment, [queue.url, ...args], (line) =>
    said.push(line),
  ).then(
    () => false,
    () => true,
  );
  return { said: said.join("\n"), fails };
}

it("exactly the records that failed go to the function that failed, and their message goes", async () => {
  vi.stubEnv("AWS_REGION", "eu-west-3");
  const { notice, inside } = await failedBatch();
  queue.send(notice);
  const { said, fails } = await replay();
  expect(written).toEqual(inside);
  expect(lambda.called.at(-1)).toBe(functionArn);
  expect(queue.bodies()).toEqual([]);
  expect({ said: said.split("\n").at(-1), fails }).toEqual({
    said: "1 replayed; 0 failed again, 0 gone from the stream, 0 of another kind",
    fails: false,
  });
});

it("what was no event is handed over again as it was, once it is one", async () => {
  const line = eventLine("late.1");
  queue.send(JSON.stringify({ functionArn, sequenceNumber: "", why: "no schema", content: line }));
  expect((await replay()).fails).toBe(false);
  expect(written).toEqual(["late.1"]);
  expect(queue.bodies()).toEqual([]);
});

it("a dry run says what would be done, and leaves every message to anybody", async () => {
  const { notice } = await failedBatch();
  for (let copy = 0; copy < 12; copy += 1) queue.send(notice);
  const calls = lambda.called.length;
  const { said } = await replay("--dry-run");
  expect(said).toContain("would hand 2 records to FeedLake");
  expect(said).toContain("12 would be replayed");
  expect(lambda.called.length).toBe(calls);
  expect(queue.visible()).toBe(12);
});

it("what fails again stays, and a later run does it", async () => {
  const { notice, inside } = await failedBatch();
  queue.send(notice);
  isAway = true;
  const first = await replay();
  expect(first.fails).toBe(true);
  expect(first.said).toContain("failed again: from record");
  expect(queue.visible()).toBe(1);
  isAway = false;
  expect((await replay()).fails).toBe(false);
  expect(written).toEqual(inside);
  expect(queue.bodies()).toEqual([]);
});

it("records that have left the stream, and messages of another kind, are told and left alone", async () => {
  queue.send(noticeOf("never-was", "1", "2"));
  queue.send("no JSON");
  queue.send(JSON.stringify({ Cluster: "an ECS task that could not be begun" }));
  queue.send(noticeOf("never-was", "2", "1"));
  const { said, fails } = await replay();
  expect(fails).toBe(true);
  expect(said).toContain("its records have left the stream");
  expect(said).toContain("left alone, not a JSON object");
  expect(said).toContain("left alone, it names no function");
  expect(said).toContain("left alone, its records end before they begin");
  expect(said).toContain("0 replayed; 0 failed again, 1 gone from the stream, 3 of another kind");
  expect(queue.visible()).toBe(4);
});

it("no more messages are looked at than were asked for", async () => {
  for (let index = 0; index < 25; index += 1)
    queue.send(JSON.stringify({ functionArn, content: eventLine(`many.${index}`) }));
  await replay("--most", "10");
  expect(written.length).toBe(10);
  expect(queue.bodies().length).toBe(15);
});

it("bad arguments are answered with what would do", () => {
  for (const args of [
    [],
    ["queue"],
    ["https://a.example/q", "more"],
    ["https://a.example/q", "--most", "0"],
  ])
    expect(() => parseReplayRequest(args)).toThrow("Usage: npm run dlq:replay -- QUEUE_URL");
  expect(parseReplayRequest(["https://sqs.eu-west-3.amazonaws.com/1/q", "--most", "5"])).toEqual({
    queueUrl: "https://sqs.eu-west-3.amazonaws.com/1/q",
    isDryRun: false,
    most: 5,
  });
});
