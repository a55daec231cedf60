import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { KinesisApi } from "../../src/stores/kinesis/kinesisApi.ts";
import { createDatabase } from "../../src/stores/postgres/pool.ts";
import { createStreamReader } from "../../src/stores/postgres/streamCheckpoints.ts";
import { startKinesis, type TestKinesis } from "../support/kinesis.ts";
import { openStream, startTestWorker } from "../support/kinesisRoom.ts";
import { longAfterMs, openTestLake, publishedSchemas, type TestLake } from "../support/lake.ts";
import { type FaultProxy, startFaultProxy } from "../support/proxy.ts";
import { freshDatabase, type TestDatabase } from "../support/servers.ts";
import { activityEvents } from "../support/streamedActivity.ts";
import { until } from "../support/until.ts";

let kinesis: TestKinesis;
let database: TestDatabase;
let lake: TestLake;
let proxy: FaultProxy;
let api: KinesisApi;

beforeAll(async () => {
  [kinesis, database, lake] = await Promise.all([
    startKinesis(),
    freshDatabase(),
    openTestLake(await publishedSchemas("page_activity.v1")),
  ]);
  proxy = await startFaultProxy(kinesis.endpoint);
  api = await kinesis.createStream("events", 2);
});
afterAll(async () => {
  api.close();
  await proxy.close();
  await Promise.all([kinesis.close(), database.drop(), lake.close()]);
});

it("events go over Kinesis into the lake, once, whether it was away, sent twice, or poisoned", async () => {
  const way = kinesis.open("events", proxy.through(kinesis.endpoint));
  const node = openStream(way, join(lake.folder, "spool"));
  const events = activityEvents(400);
  proxy.cut();
  for (const event of events.slice(0, 200)) node.emit(event);
  await node.flush();
  expect(node.kinesisCounts()).toMatchObject({ put: 0, spooled: 200, dropped: 0 });
  proxy.heal();
  expect(await node.replay()).toBe(200);
  for (const event of events.slice(150)) node.emit(event);
  await node.close();
  await api.putRecords([{ data: Buffer.from("poison\n"), hashKey: "0", events: 1 }]);

  const from = { stream: "events", endpoint: kinesis.endpoint, databaseUrl: database.url };
  const worker = startTestWorker(lake, from);
  await until(() => worker.counts().events === 450 && worker.counts().rejected === 1);
  await worker.stop();
  await lake.pass({ nowMs: longAfterMs });
  const ids = (await lake.rows("page_activity.v1")).map((row) => row.event_id);
  expect(ids).toEqual(events.map(({ eventId }) => eventId));
  const [day = ""] = await readdir(join(lake.folder, "stream", "rejects"));
  const reject = JSON.parse(await readFile(join(lake.folder, "stream", "rejects", day), "utf8"));
  expect(reject).toMatchObject({ why: "not a JSON object", content: "poison" });

  // Another worker goes on behind them.
  const more = openStream(api, join(lake.folder, "spool-2"));
  for (const event of activityEvents(30, { from: 400 })) more.emit(event);
  await more.close();
  const next = startTestWorker(lake, from);
  await until(() => next.counts().events >= 30);
  await next.stop();
  expect(next.counts()).toMatchObject({ events: 30, rejected: 0 });
  way.close();
});

it("one worker reads a stream at a time, and who has lost it remembers nothing more", async () => {
  const db = createDatabase({ url: database.url, maxConnections: 2, statementTimeoutMs: 5_000 });
  const readerOf = (owner: string, leaseMs: number) =>
    createStreamReader(db, { stream: "arn:x", owner, leaseMs });
  const [first, second] = [readerOf("first", 50), readerOf("second", 60_000)];
  expect(await first.hold()).toBe(true);
  await first.write("shard-1", { sequenceNumber: "12", isFinished: false });
  // The first one says nothing for longer than its lease.
  await until(() => second.hold());
  expect(await first.hold()).toBe(false);
  const late = first.write("shard-1", { sequenceNumber: "11", isFinished: false });
  await expect(late).rejects.toThrow("another worker reads the stream now");
  await second.write("shard-1", { sequenceNumber: "13", isFinished: false });
  await second.write("shard-1", { sequenceNumber: "13", isFinished: true });
  const kept = new Map([["shard-1", { sequenceNumber: "13", isFinished: true }]]);
  expect(await second.readAll()).toEqual(kept);
  await second.release();
  expect(await first.hold()).toBe(true);
  await db.destroy();
});
