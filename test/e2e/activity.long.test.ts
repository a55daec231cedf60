import { randomUUID } from "node:crypto";
import request from "supertest";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createVisitorKeyOf } from "../../src/audience/visitorKey.ts";
import { browser } from "../support/browser.ts";
import { startKinesis, type TestKinesis } from "../support/kinesis.ts";
import { startTestWorker } from "../support/kinesisRoom.ts";
import { longAfterMs, openTestLake, publishedSchemas, type TestLake } from "../support/lake.ts";
import { openProxiedStores, type ProxiedStores } from "../support/stores.ts";
import { type System, startSystem } from "../support/system.ts";
import { until } from "../support/until.ts";

const stream = "whole-system";
let kinesis: TestKinesis;
let lake: TestLake;
let stores: ProxiedStores;
let system: System;

beforeAll(async () => {
  [kinesis, stores, lake] = await Promise.all([
    startKinesis(),
    openProxiedStores(),
    openTestLake(await publishedSchemas("page_activity.v1", "ad_event.v1")),
  ]);
  (await kinesis.createStream(stream, 2)).close();
  const environment = {
    EVENT_STREAM: "kinesis",
    KINESIS_STREAM: stream,
    KINESIS_ENDPOINT: kinesis.endpoint,
    ATELIER_DATA_DIR: lake.folder,
  };
  system = await startSystem(environment, stores);
});
afterAll(async () => {
  await system.close();
  await Promise.all([stores.close(), kinesis.close(), lake.close()]);
});

it("what a visitor does and what is shown to them come over Kinesis into the lake, each once", async () => {
  await system.openShop();
  const visitor = { id: "v-activity", gdpr: false };
  const place = { search: { inseeCode: "87085" } };
  const send = (path: string, body: object) =>
    request(system.url).post(path).set("user-agent", browser).send(body);
  const answer = await send("/v1/ads", { visitor, place, placements: [{ id: "top" }] });
  const { impression } = answer.body.placements[0].ads[0].tracking;
  const view = new URL(impression).pathname;
  for (let times = 0; times < 2; times++)
    await request(system.url).get(view).set("user-agent", browser).expect(200);
  const event = { eventId: randomUUID(), kind: "contact", category: "vehicules/voitures" };
  const report = { visitor, place, events: [event, { eventId: randomUUID(), kind: "page_view" }] };
  expect((await send("/v1/activity", report)).body).toMatchObject({ accepted: 2, profiled: 2 });
  expect((await send("/v1/activity", report)).body).toMatchObject({ accepted: 0, duplicates: 2 });
  await system.server.stores.events.flush();

  const databaseUrl = stores.environment.DATABASE_URL ?? "";
  const worker = startTestWorker(lake, { stream, endpoint: kinesis.endpoint, databaseUrl });
  await until(() => worker.counts().events >= 4);
  await worker.stop();
  await lake.pass({ nowMs: longAfterMs });
  const activity = await lake.rows("page_activity.v1");
  const visitorKeyOf = createVisitorKeyOf(stores.environment.VISITOR_SECRET ?? "");
  expect(activity).toHaveLength(2);
  expect(activity.find((row) => row.kind === "contact")).toMatchObject({
    event_id: event.eventId,
    visitor_key: visitorKeyOf("v-activity"),
    category: "vehicules/voitures",
    insee_code: "87085",
    consent_basis: "no_gdpr",
  });
  expect(await lake.rows("ad_event.v1")).toMatchObject([{ kind: "impression" }]);
});
