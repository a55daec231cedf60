import { setTimeout as delay } from "node:timers/promises";
import type { Config } from "../config.ts";
import { type Repeating, repeat } from "../jobs/repeat.ts";
import type { Metrics } from "../metrics/metrics.ts";
import type { EventStream } from "../serving/eventStream.ts";
import type { AccessKey } from "../stores/dynamodb/client.ts";
import { createEventFile } from "../stores/files/eventFile.ts";
import { type KinesisApi, openKinesis } from "../stores/kinesis/kinesisApi.ts";
import { createKinesisStream, type KinesisStream } from "../stores/kinesis/kinesisStream.ts";
import { usualPutPolicy } from "../stores/kinesis/putBatch.ts";
import { createRecordSpool } from "../stores/kinesis/recordSpool.ts";
import type { ServerRole } from "./role.ts";

/** The event stream of one process, with what runs beside it. */
export interface OpenEventStream extends EventStream {
  readonly measure: (metrics: Metrics) => void;
  /** Takes lines out of what waits on this node's disk for another machine; answers how many. Never rejects. */
  readonly forget: (isErased: (line: string) => boolean) => Promise<number>;
}

/** Told what went wrong with it. */
export type WarnOfStream = (what: string, error: unknown) => void;

const replayEveryMs = 1_000;
/** A stream that is away says so once in so long. */
const complainEveryMs = 10_000;

/** The stream that the settings ask for: event files, or Kinesis with this node's disk behind it. */
export function openEventStream(
  config: Config,
  credentials: AccessKey | null,
  role: ServerRole,
  warn: WarnOfStream,
): OpenEventStream {
  if (config.eventStream === "kinesis") return openKinesisStream(config, credentials, role, warn);
  const onError = (error: unknown) => warn("events not written", error);
  const files = createEventFile({
    directory: config.eventsDir ?? `${config.dataDir}/events`,
    onError,
  });
  return {
    ...files,
    measure: (metrics) => measureStream(metrics, files),
    // Of event files the pass of the lake takes them out.
    forget: async () => 0,
  };
}

/** The stream itself, as the settings name it. */
export function openConfiguredKinesis(
  config: Pick<Config, "kinesisStream" | "kinesisEndpoint" | "awsRegion">,
  credentials: AccessKey | null,
): KinesisApi {
  return openKinesis({
    stream: config.kinesisStream,
    endpoint: config.kinesisEndpoint,
    region: config.awsRegion,
    credentials,
  });
}

function openKinesisStream(
  config: Config,
  credentials: AccessKey | null,
  role: ServerRole,
  warn: WarnOfStream,
): OpenEventStream {
  const api = openConfiguredKinesis(config, credentials);
  const stream = createKinesisStream({
    api,
    spool: createRecordSpool({
      // By port and role: a restarted process finds its own, and two on one machine do not share.
      directory: `${config.dataDir}/spool-kinesis/${config.spoolName}-${role}`,
      maxBytes: config.kinesisSpoolMegabytes * 1_048_576,
      onError: (error) => warn("the spool of events failed", error),
    }),
    policy: { ...usualPutPolicy, wait: (delayMs) => delay(delayMs), random: Math.random },
    lanes: config.kinesisLanes,
    onFault: createComplaint((fault) => warn("events wait for Kinesis", fault)),
  });
  const replaying: Repeating = repeat(stream.replay, replayEveryMs, () => undefined);
  return {
    ...stream,
    async close() {
      await replaying.stop();
      await stream.close();
      api.close();
    },
    measure(metrics) {
      measureStream(metrics, stream);
      measureKinesis(metrics, stream);
    },
  };
}

function measureStream(metrics: Metrics, stream: EventStream): void {
  metrics.gauge(
    "atelier_stream_events_written",
    "Events that have left this node's memory, since it began",
    () => stream.counts().written,
  );
  metrics.gauge(
    "atelier_stream_events_dropped",
    "Events that had no room in memory or on the disk and are lost, since this node began",
    () => stream.counts().dropped,
  );
}

function measureKinesis(metrics: Metrics, { kinesisCounts }: KinesisStream): void {
  const gauges = [
    ["atelier_stream_buffered_bytes", "Bytes of events in memory", "bufferedBytes"],
    ["atelier_stream_spool_bytes", "Bytes on this disk that wait for Kinesis", "spoolBytes"],
    ["atelier_stream_spooled_events", "Events that went to the disk first", "spooled"],
    ["atelier_stream_retried_records", "Records that were sent again", "retriedRecords"],
  ] as const;
  for (const [name, about, count] of gauges)
    metrics.gauge(name, about, () => kinesisCounts()[count]);
}

function createComplaint(complain: (fault: string) => void): (fault: string) => void {
  let toldAtMs = Number.NEGATIVE_INFINITY;
  return (fault) => {
    const nowMs = performance.now();
    if (nowMs - toldAtMs < complainEveryMs) return;
    toldAtMs = nowMs;
    complain(fault);
  };
}
