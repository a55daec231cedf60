import { createHmac } from "node:crypto";
import { sql } from "kysely";
import request from "supertest";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type System, startSystem } from "../support/system.ts";
import { until } from "../support/until.ts";

interface Shop {
  readonly campaignId: number;
  readonly advertiserId: number;
  readonly key: string;
}

let system: System;
let shop: Shop;
beforeAll(async () => {
  system = await startSystem({ REQUIRE_SIGNED_VISITORS: "true" });
  shop = await openShop("fleuriste");
});
afterAll(() => system.close());

async function openShop(trade: string): Promise<Shop> {
  const campaignId = await system.openShop(
    { bidMicros: 50_000_000, dailyBudgetMicros: 90_000_000 },
    trade,
  );
  const campaign = await get(`/v1/campaigns/${campaignId}`, system.adminKey);
  const { advertiserId } = campaign.body;
  return { campaignId, advertiserId, key: await system.managerKey([advertiserId]) };
}

function get(path: string, key?: string): request.Test {
  const asked = request(system.url).get(path).redirects(0);
  return key === undefined ? asked : asked.set("authorization", `Bearer ${key}`);
}
const path = (url: string) => url.replace(system.url, "").replace(/^https?:\/\/[^/]+/, "");

/** Asks until the shop's ad shows; gives its tracking addresses. */
async function adOf({ campaignId }: Shop, body: object = {}) {
  let tracking: { readonly impression: string; readonly click: string } | undefined;
  await until(async () => {
    const answer = await request(system.url)
      .post("/v1/ads")
      .send({ placements: [{ id: "top" }], visitor: { gdpr: false }, ...place, ...body });
    const [ad] = answer.body.placements[0].ads;
    tracking = ad?.campaignId === campaignId ? ad.tracking : undefined;
    return tracking !== undefined;
  });
  return tracking!;
}
const place = { place: { search: { inseeCode: "87085" } } };

async function clickIdOf(click: string): Promise<string | null> {
  const { headers, status } = await get(path(click));
  expect(status).toBe(302);
  const landing = new URL(headers.location ?? "");
  expect(landing.origin + landing.pathname).toBe("https://toitures.example.fr/devis");
  return landing.searchParams.get("atelier_click");
}

const settingsOf = async ({ advertiserId, key }: Shop) =>
  (await get(`/v1/advertisers/${advertiserId}/conversion-settings`, key)).body;
const listed = async ({ campaignId, key }: Shop, query = "") =>
  (await get(`/v1/campaigns/${campaignId}/conversions${query}`, key)).body;

describe("a shop that measures its conversions", () => {
  it("learns which click brought an order, by its pixel and without any cookie", async () => {
    const { pixelUrl, clickWindowDays, viewWindowHours } = await settingsOf(shop);
    expect([clickWindowDays, viewWindowHours]).toEqual([30, 24]);
    const clickId = await clickIdOf((await adOf(shop)).click);
    const pixel = (parameters: Readonly<Record<string, string>>) =>
      get(`${path(pixelUrl)}?${new URLSearchParams(parameters)}`);
    const told = { orderId: "C-1", valueCents: "4990", currency: "EUR", clickId: clickId ?? "" };
    for (const answer of [await pixel(told), await pixel(told)]) {
      expect([answer.status, answer.headers["content-type"]]).toEqual([200, "image/gif"]);
      expect(answer.headers["set-cookie"]).toBeUndefined();
      expect(answer.headers["cache-control"]).toBe("no-store");
    }
    await until(async () => (await listed(shop)).items.length > 0);
    expect(await listed(shop)).toEqual({
      items: [
        {
          conversionId: expect.any(Number),
          orderId: "C-1",
          label: null,
          valueMicros: 49_900_000,
          creativeId: expect.any(Number),
          attributedBy: "click",
          lagSeconds: expect.any(Number),
          source: "pixel",
          occurredAt: expect.any(String),
        },
      ],
      nextCursor: null,
    });
    expect((await request(system.url).head(`${path(pixelUrl)}?orderId=C-2`)).status).toBe(200);
    const refused = await pixel({ orderId: "a@b", currency: "USD" });
    expect(refused.status).toBe(400);
    expect(refused.body.errors.map((one: { pointer: string }) => one.pointer)).toEqual([
      "orderId",
      "currency",
    ]);
    expect((await get("/t/x/AAAAAAAAAAAAAAAAAAAAAA?orderId=1")).status).toBe(404);
  });

  it("tells its orders by its server, a batch at a time, each line with its own answer", async () => {
    const other = await openShop("caviste");
    const created = await system.post(
      `/v1/advertisers/${other.advertiserId}/postback-keys`,
      { label: "caisse" },
      other.key,
    );
    expect(created.status, created.text).toBe(201);
    const { key, postbackKeyId } = created.body;
    const clickId = await clickIdOf((await adOf(other)).click);
    const occurredAt = new Date(Date.now() + 86_400_000).toISOString();
    const batch = {
      conversions: [
        { orderId: "P-1", valueMicros: 1_000_000, clickId },
        { orderId: "P-1", clickId },
        { orderId: "P-2" },
        { orderId: "P-3", occurredAt },
        { orderId: "P-4", clickId: `${clickId}x` },
        { clickId },
      ],
    };
    const answer = await system.post("/v1/conversions", batch, key);
    expect(answer.status, answer.text).toBe(200);
    const statuses = answer.body.results.map((one: { status: string }) => one.status);
    expect(statuses.slice(0, 2).sort()).toEqual(["counted", "duplicate"]);
    expect(statuses.slice(2)).toEqual(["unattributed", "invalid", "unattributed", "invalid"]);
    expect(answer.body.results[3].errors).toEqual([
      { pointer: "/conversions/3/occurredAt", rule: "must not be in the future" },
    ]);
    expect(answer.body.results[4].reason).toBe("invalid_click_id");
    const again = await system.post(
      "/v1/conversions",
      { advertiserId: other.advertiserId, conversions: [{ orderId: "P-1", clickId }] },
      other.key,
    );
    expect(again.body.results).toMatchObject([
      { status: "duplicate", campaignId: other.campaignId },
    ]);
    await until(async () => (await listed(other)).items.length > 0);
    expect((await listed(other)).items).toHaveLength(1);

    const foreign = { advertiserId: shop.advertiserId, conversions: [{ orderId: "X" }] };
    expect((await system.post("/v1/conversions", foreign, key)).status).toBe(422);
    expect((await system.post("/v1/conversions", foreign, other.key)).status).toBe(422);
    expect((await get("/v1/campaigns", key)).status).toBe(401);
    expect((await system.post("/v1/conversions", { conversions: [] }, key)).status).toBe(422);
    const revoked = await request(system.url)
      .delete(`/v1/advertisers/${other.advertiserId}/postback-keys/${postbackKeyId}`)
      .set("authorization", `Bearer ${other.key}`);
    expect(revoked.status).toBe(204);
    expect((await system.post("/v1/conversions", batch, key)).status).toBe(401);
    await until(
      async () =>
        (await system.patch(`/v1/campaigns/${other.campaignId}`, { status: "ended" })).status ===
        200,
    );
  });

  it("has a view counted only of a visitor whom the site signs and who may be measured", async () => {
    const site = await system.create("/v1/sites", { name: "Annonces", allowedOrigins: [] });
    const { publicKey, signingSecret } = site as unknown as Readonly<Record<string, string>>;
    const id = "visiteur-1";
    const signature = createHmac("sha256", signingSecret ?? "")
      .update(id)
      .digest("base64url");
    await until(async () => {
      const { server } = system;
      return server.jobs.state.sites().site(publicKey ?? "") !== null;
    });
    const ad = await adOf(shop, { site: publicKey, visitor: { id, signature, gdpr: false } });
    expect((await get(path(ad.impression))).status).toBe(200);
    const tell = async (orderId: string, visitor: object, more: object = { gdpr: false }) => {
      const conversions = [{ orderId, visitor, ...more }];
      const body = { advertiserId: shop.advertiserId, conversions };
      return (await system.post("/v1/conversions", body, shop.key)).body.results[0];
    };
    const visitor = { site: publicKey, id, signature };
    await until(async () => (await tell("V-1", visitor)).status !== "unattributed");
    expect(await tell("V-1", visitor)).toMatchObject({ status: "duplicate", attributedBy: "view" });
    expect(await tell("V-2", visitor, {})).toMatchObject({ reason: "no_consent" });
    expect(await tell("V-2", { site: publicKey, id })).toMatchObject({ reason: "no_touch" });
  });

  it("gives no click id where nothing may be measured, and keeps what nobody may know out of Postgres", async () => {
    const unmeasured = await adOf(shop, { visitor: {} });
    expect(await clickIdOf(unmeasured.click)).toBeNull();
    await until(async () => (await listed(shop)).items.length === 2);
    const { rows } = await sql<{ readonly all: string }>`
      select (select json_agg(c)::text from conversions c) || (select json_agg(l)::text from ledger l) as all`.execute(
      system.server.stores.db,
    );
    expect(rows[0]?.all).toContain("V-1");
    expect(rows[0]?.all).not.toContain("visiteur-1");
  });

  it("settles its windows, within bounds, and reads its own conversions only, page by page", async () => {
    const settingsPath = `/v1/advertisers/${shop.advertiserId}/conversion-settings`;
    const put = (body: object, key = shop.key) =>
      request(system.url).put(settingsPath).set("authorization", `Bearer ${key}`).send(body);
    const answer = await put({ clickWindowDays: 7, viewWindowHours: 0 });
    expect([answer.status, answer.body.clickWindowDays]).toEqual([200, 7]);
    expect(await settingsOf(shop)).toMatchObject({ clickWindowDays: 7, viewWindowHours: 0 });
    for (const clickWindowDays of [0, 91, 1.5, "7"])
      expect((await put({ clickWindowDays, viewWindowHours: 0 })).status).toBe(422);
    const stranger = await system.managerKey([999]);
    expect((await put({ clickWindowDays: 7, viewWindowHours: 0 }, stranger)).status).toBe(404);
    expect((await get(`/v1/campaigns/${shop.campaignId}/conversions`, stranger)).status).toBe(404);
    const first = await listed(shop, "?limit=1");
    expect(first.items).toHaveLength(1);
    const next = await listed(shop, `?limit=1&cursor=${first.nextCursor}`);
    expect(next.items[0].conversionId).toBeGreaterThan(first.items[0].conversionId);
    const keys = `/v1/advertisers/${shop.advertiserId}/postback-keys`;
    const labels = ["1", "2", "3", "4", "5", "6", "7"];
    const made = await Promise.all(labels.map((label) => system.post(keys, { label }, shop.key)));
    const statuses = made.map(({ status }) => status);
    expect(statuses.filter((status) => status === 201)).toHaveLength(5);
    expect(statuses.filter((status) => status === 409)).toHaveLength(2);
    expect((await get(keys, shop.key)).body.items).toHaveLength(5);
  });
});
