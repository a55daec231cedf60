import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { toShardHandler } from "../../src/compose/streamWorker.ts";
import { createRandom } from "../../src/demo/random.ts";
import { createStreamEventsHandler } from "../../src/jobs/handlers/streamEvents.ts";
import type { KinesisApi } from "../../src/stores/kinesis/kinesisApi.ts";
import { type Checkpoint, createShardReader } from "../../src/stores/kinesis/shardReader.ts";
import type { StreamApi } from "../../src/stores/kinesis/streamApi.ts";
import { startKinesis, type TestKinesis } from "../support/kinesis.ts";
import { openStream, startTestWorker } from "../support/kinesisRoom.ts";
import { longAfterMs, openTestLake, publishedSchemas, type TestLake } from "../support/lake.ts";
import { type FaultProxy, startFaultProxy } from "../support/proxy.ts";
import { freshDatabase, type TestDatabase } from "../support/servers.ts";
import { activityEvents } from "../support/streamedActivity.ts";
import { startThrottle } from "../support/throttle.ts";
import { until } from "../support/until.ts";

let kinesis: TestKinesis;
let database: TestDatabase;
let lake: TestLake;
let proxy: FaultProxy;

beforeAll(async () => {
  [kinesis, database, lake] = await Promise.all([
    startKinesis(),
    freshDatabase(),
    openTestLake(await publishedSchemas("page_activity.v1")),
  ]);
  proxy = await startFaultProxy(kinesis.endpoint);
});
afterAll(async () => {
  await proxy.close();
  await Promise.all([kinesis.close(), database.drop(), lake.close()]);
});

const throttled = "ProvisionedThroughputExceededException";

/** A reader of a stream in memory: what it handed on, in order, by shard. `canWrite` may refuse. */
function readerOf(api: KinesisApi, canWrite: () => boolean = () => true) {
  const checkpoints = new Map<string, Checkpoint>();
  const seen: string[] = [];
  const clock = { nowMs: 0 };
  const handle = createStreamEventsHandler({
    writeEvents: async (events) => {
      if (!canWrite()) throw new Error("away");
      seen.push(...events.map(({ eventId }) => eventId));
    },
    reject: async () => undefined,
    count: () => undefined,
  });
  const step = createShardReader({
    api,
    checkpoints: {
      readAll: async () => new Map(checkpoints),
      write: async (shardId, checkpoint) => void checkpoints.set(shardId, checkpoint),
    },
    handle: toShardHandler(handle),
    monotonicMs: () => (clock.nowMs += 60_000),
    onTrouble: () => undefined,
    limit: 3,
  });
  return { step, seen, checkpoints };
}

describe("on its way over Kinesis nothing is lost", () => {
  it("when shards refuse records at random: only these are sent again, and the rest comes from the disk", async () => {
    const api = await kinesis.createStream("refusing", 3);
    const random = createRandom(7);
    const state = { refuses: 0.6 };
    const putRecords: StreamApi["putRecords"] = async (records) => {
      const refused = new Set(records.filter(() => random.next() < state.refuses));
      const passed = records.filter((one) => !refused.has(one));
      const outcomes = passed.length === 0 ? [] : await api.putRecords(passed);
      const rest = [...outcomes];
      return records.map((one) => (refused.has(one) ? throttled : (rest.shift() ?? null)));
    };
    const node = openStream({ putRecords }, join(lake.folder, "spool-refusing"), 16);
    const events = activityEvents(3_000, { visitors: 400 });
    for (let from = 0; from < events.length; from += 100) {
      for (const event of events.slice(from, from + 100)) node.emit(event);
      await node.flush();
    }
    const { spooled, retriedRecords, dropped } = node.kinesisCounts();
    expect(spooled).toBeGreaterThan(0);
    expect(retriedRecords).toBeGreaterThan(100);
    expect(dropped).toBe(0);
    state.refuses = 0.3;
    await until(async () => (await node.replay()) === 0 && node.kinesisCounts().spoolBytes === 0);
    const { step, seen } = readerOf(api);
    for (let more = true; more; ) more = (await step()).records > 0;
    // What was taken was never sent again.
    expect(seen.sort()).toEqual(events.map(({ eventId }) => eventId));
    api.close();
  });

  it("when whole requests are refused as beyond what was provisioned: they wait on the disk until they are taken", async () => {
    const throttle = await startThrottle(kinesis.endpoint, createRandom(2).next);
    const api = await kinesis.createStream("throttled", 2);
    const way = kinesis.open("throttled", throttle.url);
    const node = openStream(way, join(lake.folder, "spool-throttled"));
    throttle.refuse(0.7);
    const events = activityEvents(1_000);
    for (let from = 0; from < events.length; from += 50) {
      for (const event of events.slice(from, from + 50)) node.emit(event);
      await node.flush();
    }
    // It tries again now and then, and is refused again.
    await until(async () => {
      await node.replay();
      return throttle.refused() > 2;
    });
    expect(node.kinesisCounts().spooled).toBeGreaterThan(0);
    throttle.refuse(0);
    await until(async () => (await node.replay()) === 0 && node.kinesisCounts().spoolBytes === 0);
    expect(node.kinesisCounts().dropped).toBe(0);
    const { step, seen } = readerOf(api);
    for (let more = true; more; ) more = (await step()).records > 0;
    expect(seen.sort()).toEqual(events.map(({ eventId }) => eventId));
    way.close();
    api.close();
    throttle.close();
  });

  it("when shards are split and merged meanwhile: each part is read after what it came from, nothing twice", async () => {
    const api = await kinesis.createStream("dividing", 1);
    const node = openStream(api, join(lake.folder, "spool-dividing"));
    const reader = readerOf(api);
    const finished: string[] = [];
    const emit = async (from: number): Promise<void> => {
      for (const event of activityEvents(200, { from })) node.emit(event);
      await node.flush();
    };
    const [half, quarter] = [2n ** 127n, 2n ** 126n];
    await emit(0);
    await kinesis.split("dividing", "shardId-000000000000", half);
    await emit(200);
    await kinesis.split("dividing", "shardId-000000000001", quarter);
    await emit(400);
    await kinesis.merge("dividing", "shardId-000000000004", "shardId-000000000002");
    await emit(600);
    for (let idle = 0; idle < 3; ) {
      const { records } = await reader.step();
      const now = [...reader.checkpoints].filter(([, { isFinished }]) => isFinished);
      for (const [shardId] of now) if (!finished.includes(shardId)) finished.push(shardId);
      idle = records === 0 ? idle + 1 : 0;
    }
    const events = activityEvents(800);
    expect(reader.seen.toSorted()).toEqual(events.map(({ eventId }) => eventId));
    expect(finished[0]).toBe("shardId-000000000000");
    expect(finished.slice().sort()).toEqual(
      [0, 1, 2, 4].map((number) => `shardId-00000000000${number}`),
    );
    // A visitor's events come in their order, over all divisions.
    const first = reader.seen.filter((id) => Number(id.slice(-12)) % 50 === 0);
    expect(first).toEqual(first.toSorted());
    api.close();
  });

  it("when those who read cannot write: nothing is remembered that was not written", async () => {
    const api = await kinesis.createStream("unwritable", 2);
    const node = openStream(api, join(lake.folder, "spool-unwritable"));
    for (const event of activityEvents(500)) node.emit(event);
    await node.close();
    const random = createRandom(3);
    const { step, seen, checkpoints } = readerOf(api, () => random.next() < 0.5);
    let steps = 0;
    while (seen.length < 500 && steps < 500) {
      await step();
      steps++;
    }
    expect(seen.sort()).toEqual(activityEvents(500).map(({ eventId }) => eventId));
    expect(checkpoints.size).toBe(2);
    api.close();
  });

  it("when the node is killed while Kinesis is away: what was on its disk comes after it, into the lake", async () => {
    const api = await kinesis.createStream("away", 2);
    const spool = join(lake.folder, "spool-away");
    proxy.cut();
    const program = join(import.meta.dirname, "..", "support", "emitAndDie.ts");
    const child = fork(program, [proxy.through(kinesis.endpoint), "away", spool]);
    let safe = 0;
    child.on("message", (spooled) => {
      safe = Number(spooled);
    });
    await until(() => safe >= 500);
    child.kill("SIGKILL");
    await once(child, "exit");
    const known = safe;
    proxy.heal();
    const next = openStream(kinesis.open("away", proxy.through(kinesis.endpoint)), spool);
    expect(await next.replay()).toBeGreaterThanOrEqual(known);
    // The same again, as by a node that died between Kinesis' answer and its own note of it.
    for (const event of activityEvents(100)) next.emit(event);
    await next.close();
    const worker = startTestWorker(lake, {
      stream: "away",
      endpoint: kinesis.endpoint,
      databaseUrl: database.url,
    });
    await until(() => worker.counts().events >= known + 100 && worker.counts().behindMs === 0);
    await worker.stop();
    await lake.pass({ nowMs: longAfterMs });
    const ids = (await lake.rows("page_activity.v1")).map((row) => row.event_id);
    expect(new Set(ids).size).toBe(ids.length);
    const told = activityEvents(known).map(({ eventId }) => eventId);
    expect(ids.slice(0, known)).toEqual(told);
    api.close();
  });
});

it("a Kinesis that does not answer holds no event up, and memory is bounded", async () => {
  const api = await kinesis.createStream("silent", 1);
  const way = kinesis.open("silent", proxy.through(kinesis.endpoint));
  const node = openStream(way, join(lake.folder, "spool-silent"));
  proxy.freeze();
  const startedMs = performance.now();
  const [event] = activityEvents(1);
  const large = { ...event!, payload: { kind: "page_view", text: "x".repeat(10_000) } };
  for (let count = 0; count < 2_000; count++) node.emit(large);
  expect(performance.now() - startedMs).toBeLessThan(1_000);
  const { bufferedBytes, dropped } = node.kinesisCounts();
  expect(bufferedBytes).toBeLessThanOrEqual(8_388_608);
  expect(dropped).toBeGreaterThan(1_000);
  await node.close();
  const { spooled } = node.kinesisCounts();
  expect(spooled + dropped).toBe(2_000);
  proxy.heal();
  expect(await node.replay()).toBe(spooled);
  way.close();
  api.close();
});
