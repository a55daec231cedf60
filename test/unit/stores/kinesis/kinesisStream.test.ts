import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import type { ServingEvent } from "../../../../src/serving/ports.ts";
import { createKinesisStream } from "../../../../src/stores/kinesis/kinesisStream.ts";
import { hashKeyOf } from "../../../../src/stores/kinesis/laneBuffer.ts";
import { packLines, unpackRecord } from "../../../../src/stores/kinesis/packedRecord.ts";
import { type PutPolicy, putBatch } from "../../../../src/stores/kinesis/putBatch.ts";
import { createRecordSpool } from "../../../../src/stores/kinesis/recordSpool.ts";
import { readableShards } from "../../../../src/stores/kinesis/shardReader.ts";
import type { OutRecord } from "../../../../src/stores/kinesis/streamApi.ts";
import { activityEvents } from "../../../support/streamedActivity.ts";

const folders: string[] = [];
const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), "atelier-kinesis-"));
  folders.push(folder);
  return folder;
};
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

const record = (name: string): OutRecord => ({ data: Buffer.from(name), hashKey: "1", events: 1 });
const policyOf = (waits: number[]): PutPolicy => ({
  maxAttempts: 4,
  firstDelayMs: 50,
  longestDelayMs: 120,
  wait: async (delayMs) => void waits.push(delayMs),
  random: () => 0.5,
});

/** A stream before a Kinesis that is played: what it was sent, in order, and how it answers. */
function streaming(options: { readonly spoolBytes?: number; readonly bufferBytes?: number } = {}) {
  const taken: string[] = [];
  const state = { isAway: false };
  const directory = newFolder();
  const spool = createRecordSpool({ directory, maxBytes: options.spoolBytes ?? 1_000_000 });
  const stream = createKinesisStream({
    api: {
      putRecords: async (records) => {
        if (state.isAway) throw new Error("ECONNREFUSED");
        for (const { data } of records) {
          const unpacked = unpackRecord(data);
          if (unpacked.ok) taken.push(...unpacked.lines);
        }
        return records.map(() => null);
      },
    },
    spool,
    policy: policyOf([]),
    lanes: 4,
    ...(options.bufferBytes === undefined ? {} : { maxBufferedBytes: options.bufferBytes }),
  });
  const ids = (): readonly string[] => taken.map((line) => JSON.parse(line).eventId).sort();
  return { stream, state, directory, taken, ids };
}

const idsOf = (events: readonly ServingEvent[]) => events.map(({ eventId }) => eventId);

describe("records of the stream", () => {
  it("hold many lines, and give them back", async () => {
    const lines = activityEvents(400).map((event) => JSON.stringify(event));
    const data = await packLines(lines);
    expect(data.length).toBeLessThan(lines.join("\n").length / 6);
    expect(unpackRecord(data)).toEqual({ ok: true, lines });
    const plain = Buffer.from(`${lines[0]}\n`);
    expect(unpackRecord(plain)).toEqual({ ok: true, lines: lines.slice(0, 1) });
  });

  it("say why they are none", () => {
    const bomb = gzipSync(Buffer.alloc(17 * 1_024 * 1_024));
    const why = [gzipSync("{}\n").subarray(0, 15), bomb, Buffer.of(0xff, 0xfe)].map((data) => {
      const unpacked = unpackRecord(data);
      return unpacked.ok ? null : unpacked.why;
    });
    expect(why).toEqual(["broken gzip", "more than 16777216 bytes when unpacked", "not UTF-8"]);
  });

  it("fill the shards evenly, whatever their number up to that of lanes", () => {
    const width = 2n ** 128n / 4n;
    const shards = Array.from({ length: 16 }, (_, lane) => BigInt(hashKeyOf(lane, 16)) / width);
    expect(Map.groupBy(shards, (shard) => shard).size).toBe(4);
    expect([...Map.groupBy(shards, (shard) => shard).values()].map((of) => of.length)).toEqual([
      4, 4, 4, 4,
    ]);
  });
});

describe("putting records", () => {
  it("sends again only those that were not taken, later each time, and gives up on what is left", async () => {
    const sent: string[][] = [];
    const waits: number[] = [];
    const refused = new Set(["b", "d"]);
    const api = {
      putRecords: async (records: readonly OutRecord[]) => {
        const names = records.map(({ data }) => data.toString());
        sent.push(names);
        if (sent.length === 3) refused.delete("b");
        return names.map((name) =>
          refused.has(name) ? "ProvisionedThroughputExceededException" : null,
        );
      },
    };
    const outcome = await putBatch(["a", "b", "c", "d"].map(record), api, policyOf(waits));
    expect(sent).toEqual([["a", "b", "c", "d"], ["b", "d"], ["b", "d"], ["d"]]);
    expect(waits).toEqual([25, 50, 60]);
    expect(outcome).toMatchObject({
      left: [record("d")],
      retried: 5,
      fault: "ProvisionedThroughputExceededException",
      isAway: false,
    });
  });

  it("does not repeat a request that fails as a whole", async () => {
    let calls = 0;
    const putRecords = async () => {
      calls++;
      throw new TypeError("gone");
    };
    const outcome = await putBatch([record("a")], { putRecords }, policyOf([]));
    expect([calls, outcome.isAway, outcome.fault]).toEqual([1, true, "TypeError"]);
  });
});

describe("the stream over Kinesis", () => {
  it("keeps events of one visitor together, and loses none on their way", async () => {
    const { stream, ids, taken } = streaming();
    const events = activityEvents(2_000);
    for (const event of events) stream.emit(event);
    await stream.flush();
    expect(ids()).toEqual(idsOf(events));
    expect(stream.kinesisCounts()).toMatchObject({ put: 2_000, dropped: 0, bufferedBytes: 0 });
    const visitors = taken.map((line) => JSON.parse(line).payload.visitorKey);
    const ofFirst = taken.filter((_, index) => visitors[index] === visitors[0]);
    expect(ofFirst.map((line) => JSON.parse(line).occurredAt)).toEqual(
      ofFirst.map((line) => JSON.parse(line).occurredAt).sort(),
    );
  });

  it("waits on the disk while Kinesis is away, also across a death, and comes back whole", async () => {
    const { stream, state, directory, ids } = streaming();
    const events = activityEvents(300);
    state.isAway = true;
    for (const event of events) stream.emit(event);
    await stream.flush();
    expect(stream.kinesisCounts()).toMatchObject({ put: 0, spooled: 300, dropped: 0 });
    expect(await stream.replay()).toBe(0);
    // Another process of the same folder; the last line of the one that was killed is torn.
    writeFileSync(join(directory, "000000099.ndjson"), '{"hashKey":"1","events":1,"da');
    state.isAway = false;
    const next = createRecordSpool({ directory, maxBytes: 1_000_000 });
    const sent: OutRecord[] = [];
    const send = async (records: readonly OutRecord[]) => {
      sent.push(...records);
      return { left: [] };
    };
    expect(await next.replay(send)).toBe(300);
    expect(readdirSync(directory)).toEqual([]);
    expect(next.waitingBytes()).toBe(0);
    const lines = sent.flatMap(({ data }) => {
      const unpacked = unpackRecord(data);
      return unpacked.ok ? unpacked.lines : [];
    });
    expect(lines.map((line) => JSON.parse(line).eventId).sort()).toEqual(idsOf(events));
    expect(ids()).toEqual([]);
  });

  it("forgets on the disk what an erased visitor left, and sends the rest", async () => {
    const { stream, state, taken } = streaming();
    const events = activityEvents(300);
    state.isAway = true;
    for (const event of events) stream.emit(event);
    await stream.flush();
    const before = stream.kinesisCounts().spoolBytes;
    const erased = "visitor-7".padEnd(22, "_");
    const isErased = (line: string) => line.includes(erased);
    expect(await stream.forget(isErased)).toBe(6);
    expect(await stream.forget(isErased)).toBe(0);
    expect(stream.kinesisCounts().spoolBytes).toBeLessThan(before);
    state.isAway = false;
    expect(await stream.replay()).toBe(294);
    expect(stream.kinesisCounts().spoolBytes).toBe(0);
    expect(taken.filter(isErased)).toEqual([]);
    expect(taken).toHaveLength(294);
  });

  it("replays what was left over, and nothing twice", async () => {
    const { stream, state, directory, ids } = streaming();
    const [first, second] = [activityEvents(50), activityEvents(50, { from: 50 })];
    state.isAway = true;
    for (let from = 0; from < first.length; from += 10) {
      for (const event of first.slice(from, from + 10)) stream.emit(event);
      await stream.flush();
      await stream.replay();
    }
    // However long it is away: no file for each try.
    expect(readdirSync(directory)).toHaveLength(2);
    state.isAway = false;
    expect(await stream.replay()).toBe(50);
    for (const event of second) stream.emit(event);
    await stream.close();
    expect(ids()).toEqual(idsOf([...first, ...second]));
    expect(stream.kinesisCounts()).toMatchObject({ put: 50, spooled: 50, spoolBytes: 0 });
  });

  it("loses nothing that comes while a replay ends", async () => {
    const spool = createRecordSpool({ directory: newFolder(), maxBytes: 64_000_000 });
    const late = { ...record("late"), data: Buffer.alloc(3_000_000, "x") };
    const sent: OutRecord[] = [];
    let adding: Promise<boolean> | null = null;
    const send = async (records: readonly OutRecord[]) => {
      sent.push(...records);
      // Still on its way to the disk when this file is done with.
      adding ??= spool.add([late]);
      return { left: [] };
    };
    await spool.add([record("first")]);
    await spool.replay(send);
    expect(await adding).toBe(true);
    await spool.replay(send);
    expect(sent.map(({ data }) => data.length)).toEqual([5, 3_000_000]);
    expect(spool.waitingBytes()).toBe(0);
  });

  it("drops and counts what has room neither in memory nor on the disk, and holds nobody up", async () => {
    const small = streaming({ bufferBytes: 2_000 });
    for (const event of activityEvents(100)) small.stream.emit(event);
    const { dropped, bufferedBytes } = small.stream.kinesisCounts();
    expect(bufferedBytes).toBeLessThanOrEqual(2_000);
    await small.stream.flush();
    expect(small.ids()).toHaveLength(100 - dropped);
    expect(dropped).toBeGreaterThan(80);

    const full = streaming({ spoolBytes: 10 });
    full.state.isAway = true;
    for (const event of activityEvents(100)) full.stream.emit(event);
    await full.stream.close();
    expect(full.stream.counts()).toEqual({ written: 0, dropped: 100 });
    full.stream.emit(activityEvents(1)[0]!);
    expect(full.stream.counts().dropped).toBe(101);
    const cycle: Record<string, unknown> = {};
    cycle.self = cycle;
    const { stream } = streaming();
    stream.emit({ ...activityEvents(1)[0]!, payload: cycle });
    expect(stream.counts()).toEqual({ written: 0, dropped: 1 });
  });
});

it("parts of a shard wait for it, and for both of two that were merged; not for what the stream has forgotten", () => {
  const shards = [
    { shardId: "a", parentIds: ["forgotten"] },
    { shardId: "b", parentIds: [] },
    { shardId: "c", parentIds: ["a"] },
    { shardId: "d", parentIds: ["c", "b"] },
  ];
  const readable = (...finished: readonly string[]) => {
    const done = finished.map((id) => [id, { sequenceNumber: "1", isFinished: true }] as const);
    return readableShards(shards, new Map(done)).map(({ shardId }) => shardId);
  };
  expect(readable()).toEqual(["a", "b"]);
  expect(readable("a")).toEqual(["b", "c"]);
  expect(readable("a", "c")).toEqual(["b"]);
  expect(readable("a", "b", "c")).toEqual(["d"]);
});
