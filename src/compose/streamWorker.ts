import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import type { Config } from "../config.ts";
import { createStreamEventsHandler, type HandleBatch } from "../jobs/handlers/streamEvents.ts";
import { repeat } from "../jobs/repeat.ts";
import type { AccessKey } from "../stores/dynamodb/client.ts";
import {
  createKeepRejects,
  createWriteStreamedEvents,
  pruneRejects,
} from "../stores/files/streamedEvents.ts";
import {
  createShardReader,
  type HandleShardRecords,
  type ReadStep,
} from "../stores/kinesis/shardReader.ts";
import type { StreamApi } from "../stores/kinesis/streamApi.ts";
import { createDatabase } from "../stores/postgres/pool.ts";
import { createStreamReader, type StreamReader } from "../stores/postgres/streamCheckpoints.ts";
import { openConfiguredKinesis } from "./eventStream.ts";
import type { Log } from "./log.ts";
import { describe } from "./stores.ts";

export interface StreamWorkerOptions {
  readonly config: Pick<
    Config,
    "databaseUrl" | "awsRegion" | "kinesisStream" | "kinesisEndpoint" | "eventsDir" | "dataDir"
  >;
  /** Null = what the AWS SDK finds by itself. */
  readonly credentials: AccessKey | null;
  readonly log: Log;
}

export interface StreamWorkerCounts {
  readonly events: number;
  readonly rejected: number;
  /** Of the shard that is furthest behind, at the last look. */
  readonly behindMs: number;
  readonly isReading: boolean;
}

export interface StreamWorker {
  readonly counts: () => StreamWorkerCounts;
  /** Lets the records under way be written and remembered, then lets another worker read. */
  readonly stop: () => Promise<void>;
}

/** Kinesis lets a shard be read five times a second, by all readers together. */
const busyPauseMs = 250;
const idlePauseMs = 1_000;
/** Who waits for another reader to go, and who waits for the stream itself. */
const waitingPauseMs = 5_000;
const leaseMs = 30_000;
const pruneEveryMs = 3_600_000;
const rejectsKeptMs = 30 * 24 * 3_600_000;

interface Life extends StreamWorkerCounts {
  events: number;
  rejected: number;
  behindMs: number;
  isReading: boolean;
}

/**
 * Reads the stream of events into event files, as one of several workers of which one reads: the others wait until it is gone.
 * It is the Lambda's handler that reads the records, driven by this process.
 */
export function startStreamWorker({ config, credentials, log }: StreamWorkerOptions): StreamWorker {
  const url = config.databaseUrl ?? "";
  const db = createDatabase({ url, maxConnections: 2, statementTimeoutMs: 10_000 });
  const api = openConfiguredKinesis(config, credentials);
  const life: Life = { events: 0, rejected: 0, behindMs: 0, isReading: false };
  const aborting = new AbortController();
  const { signal } = aborting;
  const warn = (what: string) => (error: unknown) => log.warn({ error: describe(error) }, what);
  const handle = toShardHandler(composeHandler(config, life));
  const readerOf = (stream: string) =>
    createStreamReader(db, { stream, owner: `${hostname()} ${randomUUID()}`, leaseMs });
  const run = async (): Promise<void> => {
    const stream = await untilKnown(api, signal, warn("the stream is not there"));
    if (stream === null) return;
    const reader = readerOf(stream);
    const step = createShardReader({
      api,
      checkpoints: reader,
      handle,
      monotonicMs: () => performance.now(),
      onTrouble: (shardId, error) =>
        log.warn({ shardId, error: describe(error) }, "a shard could not be read"),
    });
    await readOn(reader, step, life, signal, warn("the stream could not be read"));
    await reader.release().catch(() => undefined);
  };
  const running = run();
  const pruning = repeat(
    () => pruneRejects(rejectsFolder(config), Date.now() - rejectsKeptMs),
    pruneEveryMs,
    warn("old rejects could not be deleted"),
  );
  return {
    counts: () => life,
    async stop() {
      await pruning.stop();
      aborting.abort();
      await running;
      api.close();
      await db.destroy();
    },
  };
}

const rejectsFolder = ({ dataDir }: StreamWorkerOptions["config"]): string => `${dataDir}/stream`;

function composeHandler(config: StreamWorkerOptions["config"], life: Life): HandleBatch {
  return createStreamEventsHandler({
    writeEvents: createWriteStreamedEvents(config.eventsDir ?? `${config.dataDir}/events`),
    reject: createKeepRejects(rejectsFolder(config), Date.now),
    count({ events, rejected }) {
      life.events += events;
      life.rejected += rejected;
    },
  });
}

/** Records as Lambda hands them over. */
export function toShardHandler(handle: HandleBatch): HandleShardRecords {
  return async (_shardId, records) => {
    const { batchItemFailures } = await handle({
      Records: records.map(({ sequenceNumber, partitionKey, data }) => ({
        kinesis: { sequenceNumber, partitionKey, data: Buffer.from(data).toString("base64") },
      })),
    });
    return { failedFrom: batchItemFailures[0]?.itemIdentifier ?? null };
  };
}

/** Null = it was to stop before. */
async function untilKnown(
  api: Pick<StreamApi, "identity">,
  signal: AbortSignal,
  warn: (error: unknown) => void,
): Promise<string | null> {
  while (!signal.aborted) {
    try {
      return await api.identity();
    } catch (error) {
      warn(error);
    }
    await pause(waitingPauseMs, signal);
  }
  return null;
}

async function readOn(
  reader: Pick<StreamReader, "hold">,
  step: () => Promise<ReadStep>,
  life: Life,
  signal: AbortSignal,
  warn: (error: unknown) => void,
): Promise<void> {
  while (!signal.aborted) {
    let pauseMs = waitingPauseMs;
    try {
      life.isReading = await reader.hold();
      if (life.isReading) {
        const { behindMs, hasMore } = await step();
        life.behindMs = behindMs;
        pauseMs = hasMore ? busyPauseMs : idlePauseMs;
      }
    } catch (error) {
      warn(error);
    }
    await pause(pauseMs, signal);
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => undefined);
}
