import { createHmac } from "node:crypto";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { sql } from "kysely";
import request from "supertest";
import { afterAll, beforeAll, expect, it } from "vitest";
import * as webhookTables from "../../../migrations/0018_2_webhooks.ts";
import * as tellApproved from "../../../migrations/0022_1_tell_approved_at_once.ts";
import { type DeliverWebhooksDeps, deliverWebhooks } from "../../../src/jobs/deliverWebhooks.ts";
import { postJson } from "../../../src/links/postJson.ts";
import { createWebhookDeliveries } from "../../../src/stores/postgres/webhookDeliveries.ts";
import { type OpenStore, openCampaignStore, saveCampaign } from "../../support/campaignStore.ts";
import { type System, startSystem } from "../../support/system.ts";
import { until } from "../../support/until.ts";

interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

let receiver: Server;
let origin: string;
const received: Received[] = [];
/** What the receiver answers, by path; null = it never does. */
const answers = new Map<string, readonly (number | null)[]>();

let system: System;
let opened: OpenStore;
beforeAll(async () => {
  receiver = createServer((incoming, response) => {
    let text = "";
    incoming.setEncoding("utf8").on("data", (piece: string) => {
      text += piece;
    });
    incoming.on("end", () => {
      const path = incoming.url ?? "";
      received.push({ path, headers: incoming.headers, text });
      const [status = 204, ...later] = answers.get(path) ?? [];
      answers.set(path, later);
      if (status !== null) response.writeHead(status, { location: `${origin}/elsewhere` }).end();
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
  [system, opened] = await Promise.all([
    startSystem({ LINK_CHECKS: "loopback" }),
    openCampaignStore(),
  ]);
}, 30_000);
afterAll(async () => {
  await system?.close();
  await opened?.close();
  receiver.closeAllConnections();
  receiver.close();
});

const at = (path: string) => received.filter((one) => one.path === path);
const bodiesAt = (path: string) => at(path).map(({ text }) => JSON.parse(text));
const bearer = () => ({ authorization: `Bearer ${system.adminKey}` });
const get = (path: string) => request(system.url).get(path).set(bearer());
/** As these calls are described: without a body. */
const postNothing = (path: string) => request(system.url).post(path).set(bearer());

const startMs = Date.UTC(2026, 5, 1);
const minuteMs = 60_000;

/** Deliveries of a store without a server, by a clock of their own. */
function deliverer(
  nowMs: () => number,
): DeliverWebhooksDeps & { readonly run: () => Promise<number> } {
  const deps: DeliverWebhooksDeps = {
    outbox: createWebhookDeliveries(opened.db),
    masterSecret: "a secret that is long enough",
    nowMs,
    random: () => 0,
    post: (url, body, headers) =>
      postJson(url, body, headers, { deadlineMs: 400, allowLoopback: true }),
  };
  return { ...deps, run: () => deliverWebhooks(deps) };
}

/** A webhook of the operator's organisation, straight into the table. */
async function listenAt(path: string): Promise<number> {
  const { rows } = await sql<{ readonly id: number }>`
    insert into webhooks (organization_id, url, events, secret_salt)
    values (1, ${origin + path}, '{campaign.exhausted}', ${"s".repeat(43)}) returning id`.execute(
    opened.db,
  );
  return rows[0]?.id ?? 0;
}

async function statusOf(webhookId: number) {
  const latestFirst = { limit: 1, order: { by: "id", descending: true }, after: null } as const;
  const { items } = await createWebhookDeliveries(opened.db).page({ webhookId }, latestFirst);
  return items[0];
}

it("a webhook is made, tells its secret once, signs, rotates, and is tried; a review is told in its own words", async () => {
  const events = ["campaign.approved", "campaign.rejected"];
  const made = await system.post("/v1/webhooks", { url: `${origin}/a`, events });
  expect(made.status).toBe(201);
  const { webhookId, secret } = made.body;
  const path = `/v1/webhooks/${webhookId}`;
  expect(secret).toMatch(/^whsec_[\w-]{43}$/);
  expect((await get(path)).text + (await get("/v1/webhooks")).text).not.toContain(secret);
  expect((await get("/v1/audit?entity=webhook")).text).not.toMatch(/salt|whsec/i);

  // What an administrator makes needs no review: it is approved from the start.
  const campaignId = await system.openShop();
  await until(() => at("/a").length === 1);
  expect(bodiesAt("/a")[0]).toMatchObject({ type: "campaign.approved", campaignId });
  const creatives = await get(`/v1/creatives?campaignId=${campaignId}`);
  const { creativeId, version } = creatives.body.items[0];
  const review = { decision: "reject", reasons: ["misleading_claim"], note: "Trop beau", version };
  const rejected = await system.post(`/v1/creatives/${creativeId}/review`, review);
  expect(rejected.status, rejected.text).toBe(200);
  await until(() => at("/a").length === 2);
  const first = at("/a")[1];
  expect(JSON.parse(first?.text ?? "")).toMatchObject({
    type: "campaign.rejected",
    campaignId,
    data: { creativeId, reasons: ["misleading_claim"], note: "Trop beau" },
  });
  expect(isSigned(first, secret)).toBe(true);
  expect(isSigned(first, `${secret}x`)).toBe(false);

  const rotated = await system.post(`${path}/rotate`, { overlapSeconds: 600 });
  const tried = await postNothing(`${path}/test`);
  expect(tried.body).toMatchObject({ type: "webhook.test", status: "pending" });
  await until(() => at("/a").length === 3);
  const second = at("/a")[2];
  expect([isSigned(second, secret), isSigned(second, rotated.body.secret)]).toEqual([true, true]);

  await until(async () => (await get(`${path}/deliveries`)).body.items[0].status === "delivered");
  const listed = await get(`${path}/deliveries`);
  expect(listed.body.items).toHaveLength(3);
  const { deliveryId, eventId } = listed.body.items[1];
  expect((await postNothing(`${path}/deliveries/${deliveryId}/replay`)).status).toBe(202);
  await until(() => at("/a").length === 4);
  expect(at("/a")[3]?.headers["atelier-event-id"]).toBe(eventId);

  const changed = await system.patch(path, { active: false });
  expect(changed.body).toMatchObject({ active: false, disabledReason: null });
  expect((await system.post(`${path}/test`, {})).status).toBe(409);
  expect((await request(system.url).delete(path).set(bearer())).status).toBe(204);
  expect((await get(path)).status).toBe(404);
});

function isSigned(one: Received | undefined, secret: string): boolean {
  const [time = "", ...signatures] = String(one?.headers["atelier-signature"]).split(",");
  const signed = createHmac("sha256", secret)
    .update(`${time.slice(2)}.${one?.text}`)
    .digest("hex");
  return signatures.includes(`v1=${signed}`);
}

it("addresses inside, unknown events and other organisations are refused, and an organisation has twenty at most", async () => {
  const events = ["campaign.approved"];
  const wrong = [
    { url: "https://10.0.0.1/x", events },
    { url: "https://169.254.169.254/latest", events },
    { url: "http://shop.example/x", events },
    { url: `${origin}/x`, events: ["campaign.sold"] },
    { url: `${origin}/x`, events, organizationId: 999 },
    { url: `${origin}/x`, events, advertiserId: 999_999 },
  ];
  for (const body of wrong) expect((await system.post("/v1/webhooks", body)).status).toBe(422);
  const made = Array.from({ length: 21 }, () => ({ url: `${origin}/many`, events }));
  const statuses: number[] = [];
  for (const body of made) statuses.push((await system.post("/v1/webhooks", body)).status);
  expect(statuses.filter((status) => status === 201)).toHaveLength(20);
  const manager = await system.managerKey([]);
  expect((await system.post("/v1/webhooks", made[0] ?? {}, manager)).status).toBe(403);
});

it("four fifths of a budget, its end and a lag are told once each, however many nodes look", async () => {
  const { db } = system.server.stores;
  await sql`delete from webhooks`.execute(db);
  const events = ["campaign.budget_80", "campaign.exhausted", "campaign.under_delivering"];
  await system.create("/v1/webhooks", { url: `${origin}/money`, events });
  const campaignId = await system.openShop({ totalBudgetMicros: 10_000_000 });
  const { lookOnce } = system.server.jobs.webhooks;
  const spend = (micros: number) =>
    sql`insert into campaign_totals (campaign_id, advertiser_id, spent_micros)
      select id, advertiser_id, ${micros} from campaigns where id = ${campaignId}
      on conflict (campaign_id) do update set spent_micros = excluded.spent_micros`.execute(db);
  await spend(7_900_000);
  expect(await lookOnce(startMs)).toBe(0);
  await spend(8_000_000);
  await Promise.all([lookOnce(startMs), lookOnce(startMs)]);
  await spend(10_000_000);
  await sql`insert into campaign_diagnoses values (${campaignId}, '2026-06-01', 'behind', 'zone', now(), now(), '{}')`.execute(
    db,
  );
  await Promise.all([lookOnce(startMs), lookOnce(startMs)]);
  const told = await sql<{ readonly type: string }>`
    select type from webhook_events where campaign_id = ${campaignId} order by type`.execute(db);
  expect(told.rows.map(({ type }) => type)).toEqual([...events].sort());
});

it("failures, redirects and silence are tried again, later each time, until a day is over; nobody waits for the slow", async () => {
  const { campaignId } = await saveCampaign(opened.store);
  const paths = ["/fails", "/redirects", "/sleeps", "/works"];
  const hooks: number[] = [];
  for (const path of paths) hooks.push(await listenAt(path));
  const [fails = 0, redirects = 0, sleeps = 0, works = 0] = hooks;
  answers.set("/fails", [500, 503]);
  answers.set("/redirects", [302]);
  answers.set("/sleeps", [null]);
  const tell = sql`select tell_webhooks('campaign.exhausted', ${campaignId}, null, '{}', to_timestamp(${startMs / 1_000}))`;
  await tell.execute(opened.db);
  let nowMs = startMs;
  const { run } = deliverer(() => nowMs);
  expect(await run()).toBe(4);
  expect(await statusOf(works)).toMatchObject({ status: "delivered", httpStatus: 204 });
  const tenSecondsLater = new Date(startMs + 10_000).toISOString();
  expect(await statusOf(fails)).toMatchObject({ httpStatus: 500, nextAttemptAt: tenSecondsLater });
  expect(await statusOf(redirects)).toMatchObject({ httpStatus: 302, error: "redirect" });
  expect(at("/elsewhere")).toEqual([]);
  expect(await statusOf(sleeps)).toMatchObject({ status: "pending", error: "timeout" });
  nowMs += 9_999;
  expect(await run()).toBe(0);
  nowMs += 1;
  expect(await run()).toBe(3);
  nowMs += 20_000;
  expect(await run()).toBe(1);
  expect(await statusOf(fails)).toMatchObject({ status: "delivered", attempts: 3 });
  expect(new Set(bodiesAt("/fails").map(({ id }) => id)).size).toBe(1);

  answers.set(
    "/works",
    Array.from({ length: 60 }, () => 500),
  );
  await tell.execute(opened.db);
  for (let step = 0; step < 26; step++) {
    await run();
    nowMs += 60 * minuteMs;
  }
  expect(await statusOf(works)).toMatchObject({ status: "failed", nextAttemptAt: null });
});

it("a deliverer that dies between sending and marking sends the same event again, and nothing is lost", async () => {
  await sql`delete from webhooks`.execute(opened.db);
  const { campaignId } = await saveCampaign(opened.store);
  const webhookId = await listenAt("/killed");
  await sql`select tell_webhooks('campaign.exhausted', ${campaignId}, null, '{}', to_timestamp(${startMs / 1_000}))`.execute(
    opened.db,
  );
  let nowMs = startMs;
  const deps = deliverer(() => nowMs);
  const outbox = { ...deps.outbox, keep: () => Promise.reject(new Error("killed")) };
  await expect(deliverWebhooks({ ...deps, outbox })).rejects.toThrow("killed");
  expect(at("/killed")).toHaveLength(1);
  expect(await deps.run()).toBe(0);
  nowMs += minuteMs;
  expect(await deps.run()).toBe(1);
  const ids = bodiesAt("/killed").map(({ id }) => id);
  expect(ids).toHaveLength(2);
  expect(new Set(ids).size).toBe(1);
  expect(await statusOf(webhookId)).toMatchObject({ status: "delivered", attempts: 2 });
});

it("who says that it is gone, or fails for three days, is switched off and told why", async () => {
  await sql`delete from webhooks`.execute(opened.db);
  const { campaignId } = await saveCampaign(opened.store);
  const [gone, failing] = [await listenAt("/gone"), await listenAt("/failing")];
  answers.set("/gone", [410]);
  answers.set(
    "/failing",
    Array.from({ length: 99 }, () => 500),
  );
  const reasons = async () => {
    const { rows } =
      await sql`select id, active, disabled_reason as reason from webhooks order by id`.execute(
        opened.db,
      );
    return rows;
  };
  let nowMs = startMs;
  const { run } = deliverer(() => nowMs);
  for (const day of [0, 1, 2, 3]) {
    nowMs = startMs + day * 24 * 60 * minuteMs;
    await sql`select tell_webhooks('campaign.exhausted', ${campaignId}, null, '{}', to_timestamp(${nowMs / 1_000}))`.execute(
      opened.db,
    );
    await run();
    if (day === 2)
      expect(await reasons()).toContainEqual({ id: failing, active: true, reason: null });
  }
  expect(await reasons()).toEqual([
    { id: gone, active: false, reason: "gone" },
    { id: failing, active: false, reason: "failing" },
  ]);
});

it("the tables go and come back", async () => {
  await tellApproved.down(opened.db as never);
  await webhookTables.down(opened.db as never);
  await webhookTables.up(opened.db as never);
  await tellApproved.up(opened.db as never);
  const { rows } = await sql`select * from webhooks`.execute(opened.db);
  expect(rows).toEqual([]);
});
