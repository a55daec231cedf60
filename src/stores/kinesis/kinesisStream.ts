import type { EventStream } from "../../serving/eventStream.ts";
import type { ServingEvent } from "../../serving/ports.ts";
import { createLaneBuffer, type Group, hashKeyOf } from "./laneBuffer.ts";
import { packLines } from "./packedRecord.ts";
import { type PutOutcome, type PutPolicy, putBatch } from "./putBatch.ts";
import { eventsOf, firstRequest, type RecordSpool } from "./recordSpool.ts";
import type { OutRecord, StreamApi } from "./streamApi.ts";

export interface KinesisStreamOptions {
  readonly api: Pick<StreamApi, "putRecords">;
  readonly spool: RecordSpool;
  readonly policy: PutPolicy;
  /** Into how many parts events are divided by visitor; each goes to one shard. */
  readonly lanes: number;
  /** The most bytes of events that wait in memory; events beyond it are dropped and counted. Default 8 MB. */
  readonly maxBufferedBytes?: number;
  /** The longest that an event waits in memory for others. Default 500 ms. */
  readonly flushAfterMs?: number;
  /** Told why records went to the disk. */
  readonly onFault?: (fault: string) => void;
}

export interface KinesisCounts {
  /** Events that Kinesis has taken. */
  readonly put: number;
  /** Events that went to the disk first. */
  readonly spooled: number;
  /** Events that had no room, in memory or on the disk. */
  readonly dropped: number;
  readonly retriedRecords: number;
  readonly bufferedBytes: number;
  readonly spoolBytes: number;
}

export interface KinesisStream extends EventStream {
  /** Sends what waits on the disk. Answers how many events went through. Never rejects. */
  readonly replay: () => Promise<number>;
  /** Takes lines out of what waits on the disk; answers how many. Never rejects. */
  readonly forget: RecordSpool["forget"];
  readonly kinesisCounts: () => KinesisCounts;
}

const defaultBufferedBytes = 8_388_608;
const defaultFlushMs = 500;

/**
 * The event stream over Kinesis Data Streams: lines wait half a second for others of their lane, are packed into records and put
 * with as few requests. While Kinesis is away, records go to the disk, and from there as soon as it is back. A process that is
 * killed loses what it emitted in the last half second, and the request that was under way where Kinesis did not have it.
 */
export function createKinesisStream(options: KinesisStreamOptions): KinesisStream {
  const maxBytes = options.maxBufferedBytes ?? defaultBufferedBytes;
  const sender = createSender(options);
  const buffer = createLaneBuffer(options.lanes, maxBytes);
  let refused = 0;
  let closed = false;
  let timer: NodeJS.Timeout | null = null;
  let sending: Promise<void> = Promise.resolve();
  const flush = (): Promise<void> => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    const groups = buffer.take();
    if (groups.length > 0)
      sending = sending.then(async () => {
        await sender.send(groups);
        buffer.free(groups);
      });
    return sending;
  };
  const emit = (event: ServingEvent): void => {
    const line = closed ? null : lineOf(event);
    if (line === null || !buffer.add(event, line)) {
      refused++;
      return;
    }
    if (buffer.isPressing()) void flush();
    else timer ??= setTimeout(() => void flush(), options.flushAfterMs ?? defaultFlushMs).unref();
  };
  const kinesisCounts = (): KinesisCounts => {
    const { lost, ...counts } = sender.counts();
    return { ...counts, dropped: refused + lost, bufferedBytes: buffer.bytes() };
  };
  return {
    emit,
    flush,
    close() {
      closed = true;
      return flush();
    },
    replay: sender.replay,
    forget: options.spool.forget,
    kinesisCounts,
    counts() {
      const { put, spooled, dropped } = kinesisCounts();
      return { written: put + spooled, dropped };
    },
  };
}

/** Packs, puts, and keeps on the disk what is not taken. */
function createSender({ api, spool, policy, lanes, onFault }: KinesisStreamOptions) {
  const counts = { put: 0, spooled: 0, lost: 0, retriedRecords: 0 };
  let isAway = false;
  const put = async (records: readonly OutRecord[]): Promise<PutOutcome> => {
    const outcome = await putBatch(records, api, policy);
    isAway = outcome.isAway;
    counts.retriedRecords += outcome.retried;
    if (outcome.fault !== null && outcome.left.length > 0) onFault?.(outcome.fault);
    return outcome;
  };
  const keep = async (records: readonly OutRecord[]): Promise<void> => {
    if (records.length === 0) return;
    const isKept = await spool.add(records);
    counts[isKept ? "spooled" : "lost"] += eventsOf(records);
  };
  const sendRequest = async (records: readonly OutRecord[]): Promise<void> => {
    // Who waits for a network that is gone fills the memory: the replay finds out when it is back.
    const left = isAway ? records : (await put(records)).left;
    counts.put += eventsOf(records) - eventsOf(left);
    await keep(left);
  };
  return {
    async send(groups: readonly Group[]): Promise<void> {
      let records = await Promise.all(groups.map((group) => recordOf(group, lanes)));
      while (records.length > 0) {
        const request = firstRequest(records);
        await sendRequest(request);
        records = records.slice(request.length);
      }
    },
    async replay(): Promise<number> {
      if (spool.waitingBytes() === 0) isAway = false;
      return spool.replay(put);
    },
    counts: () => ({ ...counts, spoolBytes: spool.waitingBytes() }),
  };
}

async function recordOf({ lane, lines }: Group, lanes: number): Promise<OutRecord> {
  return { data: await packLines(lines), hashKey: hashKeyOf(lane, lanes), events: lines.length };
}

/** Null when it cannot be written as JSON. */
function lineOf({ schema, eventId, occurredAtMs, payload }: ServingEvent): string | null {
  try {
    const occurredAt = new Date(occurredAtMs).toISOString();
    return JSON.stringify({ schema, eventId, occurredAt, payload });
  } catch {
    return null;
  }
}
