import { setTimeout as delay } from "node:timers/promises";
import { createLog } from "../../src/compose/log.ts";
import { type StreamWorker, startStreamWorker } from "../../src/compose/streamWorker.ts";
import { emulatorCredentials } from "../../src/stores/dynamodb/client.ts";
import { createKinesisStream, type KinesisStream } from "../../src/stores/kinesis/kinesisStream.ts";
import { usualPutPolicy } from "../../src/stores/kinesis/putBatch.ts";
import { createRecordSpool } from "../../src/stores/kinesis/recordSpool.ts";
import type { StreamApi } from "../../src/stores/kinesis/streamApi.ts";
import type { TestLake } from "./lake.ts";

/** A node's stream before a Kinesis, with its disk in a folder. Nobody replays it but the test. */
export function openStream(
  api: Pick<StreamApi, "putRecords">,
  directory: string,
  lanes = 8,
): KinesisStream {
  return createKinesisStream({
    api,
    spool: createRecordSpool({ directory, maxBytes: 64_000_000 }),
    policy: {
      ...usualPutPolicy,
      wait: (delayMs) => delay(delayMs / 10),
      random: Math.random,
    },
    lanes,
  });
}

/** The worker of a stream, which writes into the event files of a lake. */
export function startTestWorker(
  lake: TestLake,
  from: { readonly stream: string; readonly endpoint: string; readonly databaseUrl: string },
): StreamWorker {
  return startStreamWorker({
    config: {
      databaseUrl: from.databaseUrl,
      awsRegion: "eu-west-3",
      kinesisStream: from.stream,
      kinesisEndpoint: from.endpoint,
      eventsDir: lake.events,
      dataDir: lake.folder,
    },
    credentials: emulatorCredentials,
    log: createLog("silent"),
  });
}
