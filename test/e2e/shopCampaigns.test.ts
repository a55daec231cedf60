import { sql } from "kysely";
import sharp from "sharp";
import request from "supertest";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { down, up } from "../../migrations/0017_shop_identities.ts";
import {
  type ShopCampaignAnswer,
  shopCampaignAnswerSchema,
} from "../../src/shops/shopCampaignSchema.ts";
import { findCreative } from "../../src/targeting/snapshot.ts";
import { photo } from "../support/pictures.ts";
import { type System, startSystem } from "../support/system.ts";
import { until } from "../support/until.ts";

let system: System;
let organizationId = 0;
let agencyKey = "";
let managerKey = "";
let picture = "";

beforeAll(async () => {
  system = await startSystem({ PUBLIC_URL: "https://ads.example" });
  const agency = await system.create("/v1/organizations", { name: "Agence", kind: "agency" });
  organizationId = agency.organizationId ?? 0;
  const keyOf = async (role: string) =>
    String((await system.create("/v1/keys", { organizationId, role, label: role })).key);
  agencyKey = await keyOf("admin");
  managerKey = await keyOf("manager");
  picture = (await photo()).toString("base64");
}, 60_000);
afterAll(() => system?.close());

const florist = (over: object = {}, ad: object = {}, shop: object = {}) => ({
  shop: { name: "L'Œillet d'Été", trade: "fleuriste", siret: "732 829 320 00074", ...shop },
  place: { address: "12 rue des Arènes, 87000 Limoges" },
  radiusMeters: 10_000,
  dailyBudgetMicros: 5_000_000,
  ad: {
    title: "Bouquets de la fête des mères à 19 €",
    text: "Cueillis ce matin, livrés cet après-midi dans tout Limoges.",
    callToAction: "Découvrir l'été",
    picture,
    landingUrl: "https://fleuriste.example.fr/",
    ...ad,
  },
  ...over,
});
const ask = (body: object, query = "", key = agencyKey) =>
  system.post(`/v1/shop-campaigns${query}`, body, key);
const rowCounts = async () => {
  const { db } = system.server.stores;
  const tables = ["advertisers", "campaigns", "creatives", "media", "audit_log"] as const;
  const counts = tables.map(async (table) => {
    const query = db.selectFrom(table).select(({ fn }) => fn.countAll().as("count"));
    return Number((await query.executeTakeFirstOrThrow()).count);
  });
  return Promise.all(counts);
};

describe("a florist of Limoges", () => {
  let made: ShopCampaignAnswer;
  let mediaId = 0;

  it("has her whole campaign made in one call, once however often it is sent", async () => {
    const shop = { name: "Au Bel Œillet <3", phone: "05 55 01 02 03" };
    const send = () =>
      ask(florist({}, { landingUrl: undefined }, shop)).set("idempotency-key", "la-fleuriste");
    const { status, body, headers } = await send();
    expect(status).toBe(201);
    made = shopCampaignAnswerSchema.parse(body);
    expect(headers.location).toBe(`/v1/campaigns/${made.campaign.campaignId}`);
    expect(made.advertiser).toMatchObject({ isNew: true, siret: "73282932000074" });
    expect(made.campaign).toMatchObject({ status: "active", zoneLabel: "Limoges et 10 km autour" });
    expect(new Set(made.creatives.map(({ review }) => review))).toEqual(new Set(["pending"]));
    expect(made.price.recommendedBidMicros).toBe(made.price.bidMicros);
    expect(made.forecast?.impressions.value).toBeGreaterThan(0);
    expect(made.warnings.map(({ code }) => code)).toEqual(
      expect.arrayContaining(["street_not_located", "balance_empty"]),
    );
    expect(made.summary.fr).toContain("Votre annonce « Bouquets de la fête des mères à 19 € »");
    expect(made.summary.fr).toContain("relue par notre équipe");
    const again = await send();
    expect(again.body).toEqual(body);
    expect(again.headers["idempotency-replayed"]).toBe("true");
    // The first forecast waits for its thread.
  }, 60_000);

  it("is shown in Limoges, not in Brive, once she is reviewed and has paid in", async () => {
    const { advertiserId } = made.advertiser;
    const campaignId = made.campaign.campaignId ?? 0;
    await system
      .patch(`/v1/advertisers/${advertiserId}`, { balanceMicros: 50_000_000 })
      .expect(200);
    for (const { creativeId } of made.creatives) {
      const review = `/v1/creatives/${creativeId}/review`;
      await system.post(review, { version: 1, decision: "approve" }).expect(200);
    }
    const { snapshot } = system.server.jobs.state;
    const ids = made.creatives.map(({ creativeId }) => creativeId ?? 0);
    await until(() => ids.every((id) => findCreative(snapshot(), campaignId, id) !== null));
    const shownIn = async (postalCode: string, placement: object) => {
      const place = { search: { postalCode } };
      const placements = [{ id: "top", ...placement }];
      return (await system.post("/v1/ads", { place, placements, test: true })).body.placements[0]
        .ads;
    };
    const [banner] = await shownIn("87000", { formats: ["image"], sizes: [[300, 250]] });
    expect(banner.campaignId).toBe(campaignId);
    const { pathname } = new URL(banner.content.imageUrl);
    const file = await request(system.url).get(pathname).buffer(true).expect(200);
    expect(await sharp(file.body).metadata()).toMatchObject({ width: 300, height: 250 });
    expect((await shownIn("87000", { formats: ["native"] }))[0].campaignId).toBe(campaignId);
    expect(await shownIn("19100", { formats: ["native"] })).toEqual([]);
  });

  it("has a page of ours where she has a telephone and no site", async () => {
    const { advertiserId } = made.advertiser;
    const creative = await request(system.url)
      .get(`/v1/creatives/${made.creatives[0]?.creativeId}`)
      .set("authorization", `Bearer ${agencyKey}`);
    mediaId = creative.body.mediaId;
    expect(creative.body.landingUrl).toBe(`https://ads.example/boutiques/${advertiserId}`);
    const page = await request(system.url).get(`/boutiques/${advertiserId}`).expect(200);
    expect(page.text).toContain("Au Bel Œillet &lt;3");
    expect(page.text).toContain('href="tel:+33555010203">Appeler le 05 55 01 02 03');
  });

  it("sees by a manager's dry run what a hamlet would bring and how large the circle must be, and nothing is written", async () => {
    const before = await rowCounts();
    const { advertiserId } = made.advertiser;
    const body = {
      ...florist({ place: { lat: 45.678, lon: 2.262 }, radiusMeters: 2_000 }),
      dailyBudgetMicros: 30_000_000,
      shop: { advertiserId },
    };
    const ad = { ...body.ad, picture: undefined, mediaId };
    const answer = await ask({ ...body, ad }, "?dryRun=1", managerKey);
    expect(answer.body).toMatchObject({ dryRun: true, status: 201 });
    const result = shopCampaignAnswerSchema.parse(answer.body.result);
    expect(result.advertiser).toMatchObject({ advertiserId, isNew: false });
    expect(result.campaign.campaignId).toBeNull();
    const [native, ...banners] = result.creatives;
    expect(native).toMatchObject({ format: "native", creativeId: null, imageUrl: null });
    expect(banners).toHaveLength(10);
    for (const { preview, width, height } of banners) {
      const bytes = Buffer.from(String(preview).split(",")[1] ?? "", "base64");
      expect(await sharp(bytes).metadata()).toMatchObject({ format: "jpeg", width, height });
    }
    const warned = result.warnings.find(({ radiusMeters }) => radiusMeters !== null);
    expect(warned?.radiusMeters).toBeGreaterThan(2_000);
    expect(warned?.fr).toContain(
      `Un rayon de ${(warned?.radiusMeters ?? 0) / 1_000} km suffirait.`,
    );
    expect(await rowCounts()).toEqual(before);
  });
});

describe("a shop that draws where it is shown", () => {
  const zone = {
    include: [
      { type: "circle", lat: 45.8315, lon: 1.2578, radiusMeters: 8_000 },
      { type: "commune", inseeCode: "87154" },
    ],
    exclude: [{ type: "commune", inseeCode: "87114" }],
  };
  const drawn = (over: object = {}, shop: object = {}) =>
    florist({ radiusMeters: undefined, zone, ...over }, {}, shop);

  it("gets that zone and the audience, forecast as they are, and reads what the law adds", async () => {
    await system.create("/v1/segments", { slug: "amoureux", name: "Fait des cadeaux" });
    const audience = [{ segment: "amoureux", multiplier: 2 }];
    const shop = { name: "Cave des Arènes", trade: "caviste" };
    const { body, status } = await ask(drawn({ audience }, shop), "?dryRun=1");
    expect(status).toBe(200);
    const result = shopCampaignAnswerSchema.parse(body.result);
    expect(result.campaign.zone).toEqual(zone);
    expect(result.mentions.join(" ")).toMatch(/abus d.alcool est dangereux/);
    expect(result.warnings.every(({ radiusMeters }) => radiusMeters === null)).toBe(true);
  });

  it("is told what is wrong with the zone and the audience where they are wrong", async () => {
    const pointersOf = async (body: object) => {
      const answer = await ask(body);
      expect(answer.status).toBe(422);
      return answer.body.errors.map(({ pointer }: { pointer: string }) => pointer);
    };
    expect(await pointersOf(drawn({ radiusMeters: 5_000 }))).toEqual(["/radiusMeters"]);
    const nowhere = { include: [{ type: "commune", inseeCode: "99999" }], exclude: [] };
    expect(await pointersOf(drawn({ zone: nowhere }))).toEqual(["/zone/include/0/inseeCode"]);
    expect(await pointersOf(drawn({ audience: [{ minScore: 0.5 }] }))).toEqual(["/audience/0"]);
    const nobody = [{ segment: "personne", minScore: 0.5 }];
    expect(await pointersOf(drawn({ audience: nobody }))).toEqual(["/audience/0/segment"]);
  });
});

it("what shops told of themselves has its rules in the database, and its migration goes back and forth", async () => {
  const { db } = system.server.stores;
  const tell = (siret: string | null, phone: string | null) =>
    sql`insert into shop_identities (advertiser_id, siret, phone) values (1, ${siret}, ${phone})`.execute(
      db,
    );
  await expect(tell("123", null)).rejects.toThrow("shop_identities_siret");
  await expect(tell(null, "0555")).rejects.toThrow("shop_identities_phone");
  await expect(tell(null, null)).rejects.toThrow("shop_identities_something");
  await db.transaction().execute(async (trx) => {
    await down(trx as never);
    const gone = await sql<{ readonly name: string | null }>`
      select to_regclass('shop_identities')::text as name`.execute(trx);
    expect(gone.rows[0]?.name).toBeNull();
    await up(trx as never);
  });
});

describe("who may, and what is refused", () => {
  it("only administrators open shops, and another tenant's shop is nobody's", async () => {
    const opened = await ask(florist(), "", managerKey);
    expect(opened.status).toBe(403);
    const other = await system.create("/v1/advertisers", { name: "Autre", trade: "fleuriste" });
    const { advertiserId } = other;
    const refused = await ask({ ...florist(), shop: { advertiserId } }, "", managerKey);
    expect(refused.status).toBe(422);
    expect(refused.body.errors).toEqual([{ pointer: "/shop/advertiserId", rule: "must exist" }]);
  });

  it("tells everything that is wrong at once", async () => {
    const { status, body } = await ask({
      shop: { trade: "fleuriste", siret: "73282932000075", phone: "12" },
      place: { lat: 45.8 },
      radiusMeters: 10,
      startsOn: "2020-01-01",
      endsOn: "2020-01-02",
      ad: { title: "x".repeat(50), text: "", picture: "bm9wZQ==", landingUrl: "https://10.0.0.1/" },
      surprise: 1,
    });
    expect(status).toBe(422);
    const pointers = body.errors.map(({ pointer }: { pointer: string }) => pointer);
    expect(pointers).toEqual(
      expect.arrayContaining([
        "/shop/siret",
        "/shop/phone",
        "/place/lon",
        "/radiusMeters",
        "/totalBudgetMicros",
        "/startsOn",
        "/ad/title",
        "/ad/text",
        "/ad/picture",
        "/ad/landingUrl",
        "/surprise",
      ]),
    );
  });

  it.each([
    ["a place that nobody knows", { place: { postalCode: "00000" } }, "/place/postalCode"],
    [
      "a commune of another postal code",
      { place: { commune: "Brive", postalCode: "87000" } },
      "/place/commune",
    ],
    ["no place at all", { place: {} }, "/place"],
    ["a pin in America", { place: { lat: 40.7, lon: -74 } }, "/place"],
    ["no budget", { dailyBudgetMicros: null }, "/totalBudgetMicros"],
    [
      "a total without an end",
      { dailyBudgetMicros: null, totalBudgetMicros: 50_000_000 },
      "/endsOn",
    ],
  ])("%s is refused", async (_what, over, pointer) => {
    const { status, body } = await ask(florist(over, {}, { siret: undefined }));
    expect(status).toBe(422);
    expect(body.errors.map((one: { pointer: string }) => one.pointer)).toContain(pointer);
  });

  it("a picture that is too small is refused where it stands, and nothing is left of the call", async () => {
    const before = await rowCounts();
    const small = (await photo(300, 200)).toString("base64");
    const { status, body } = await ask(florist({}, { picture: small }));
    expect(status).toBe(422);
    expect(body.errors[0].pointer).toBe("/ad/picture");
    expect(await rowCounts()).toEqual(before);
  });
});
