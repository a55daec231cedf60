import request from "supertest";
import { describe, expect, it } from "vitest";
import { compileZone } from "../../../src/geo/compileZone.ts";
import type { AdsRouteDeps } from "../../../src/routes/ads.ts";
import { type ServingSite, signVisitorId } from "../../../src/serving/siteAccess.ts";
import { createTestApp, testLocator, testPlaces } from "../../support/adsApp.ts";
import { buildCampaign } from "../../support/campaignBuilder.ts";

const limoges = testLocator.locateSearch({ inseeCode: "87085" });
const aroundLimoges = compileZone(
  {
    include: [{ type: "circle", lat: 45.835, lon: 1.262, radiusMeters: 15_000 }],
    exclude: [],
  },
  testPlaces,
);
const campaigns = [
  buildCampaign({ campaignId: 1, bidMicros: 5_000_000, zone: aroundLimoges }),
  buildCampaign({ campaignId: 2, bidMicros: 1_000_000 }),
];
const site: ServingSite = {
  siteId: 7,
  key: "lbc",
  allowedOrigins: ["https://www.leboncoin.fr"],
  visitorSecret: "s3cret",
};
const withSite: Partial<AdsRouteDeps> = {
  findSite: (key) => (key === site.key ? site : null),
  sitePolicy: { requireSiteKey: true, requireSignedVisitors: true },
};
const top = { placements: [{ id: "top" }] };

describe("POST /v1/ads", () => {
  it("answers with the local ad, the place it was chosen for and why", async () => {
    const { app } = createTestApp(campaigns);
    const answer = await request(app)
      .post("/v1/ads")
      .send({ ...top, place: { search: { postalCode: "87000" } } });
    expect(answer.status).toBe(200);
    expect(answer.headers).toMatchObject({
      "content-type": "application/json; charset=utf-8",
      "cache-control": "no-store",
      "content-length": String(Buffer.byteLength(answer.text)),
    });
    expect(answer.headers).not.toHaveProperty("x-powered-by");
    expect(answer.headers).not.toHaveProperty("etag");
    expect(answer.body.place).toMatchObject({ source: "search", label: "87000 Limoges" });
    const [ad] = answer.body.placements[0].ads;
    expect(ad).toMatchObject({ campaignId: 1, label: "Publicité", format: "native" });
    expect(ad.why.reasons[0]).toBe(
      "Vous voyez cette annonce parce que vous cherchez autour de Limoges (87000).",
    );
    expect(limoges?.label).toBe("Limoges");
  });

  it("takes a page's beacon in text/plain without a preflight", async () => {
    const { app } = createTestApp(campaigns, withSite);
    const answer = await request(app)
      .post("/v1/ads")
      .set("content-type", "text/plain;charset=UTF-8")
      .set("origin", "https://www.leboncoin.fr")
      .send(JSON.stringify({ ...top, site: "lbc" }));
    expect(answer.status).toBe(200);
    expect(answer.headers["access-control-allow-origin"]).toBe("https://www.leboncoin.fr");
    expect(answer.headers.vary).toBe("origin");
  });

  it("answers a preflight, and tells an origin that is not the site's nothing it could read", async () => {
    const { app } = createTestApp(campaigns, withSite);
    const preflight = await request(app)
      .options("/v1/ads")
      .set("origin", "https://www.leboncoin.fr")
      .set("access-control-request-method", "POST");
    expect(preflight.status).toBe(204);
    expect(preflight.headers["access-control-allow-headers"]).toContain("x-atelier-site");
    const foreign = await request(app)
      .post("/v1/ads")
      .set("origin", "https://evil.example")
      .set("x-atelier-site", "lbc")
      .send(top);
    expect(foreign.status).toBe(403);
    expect(foreign.headers).not.toHaveProperty("access-control-allow-origin");
    expect((await request(app).post("/v1/ads").send(top)).status).toBe(401);
  });

  it("leaves an odd postal code out, says so, and still fills the page", async () => {
    const { app } = createTestApp(campaigns);
    const answer = await request(app)
      .post("/v1/ads")
      .send({ ...top, place: { search: { postalCode: "00000" } } });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      place: null,
      placeProblems: [{ pointer: "/place/search", rule: expect.stringContaining("left out") }],
      placements: [{ id: "top", ads: [{ campaignId: 2 }] }],
    });
  });

  it("uses only the place searched in when there is no consent, and no address either", async () => {
    const addresses: string[] = [];
    const { app } = createTestApp(campaigns, {
      locateAddress: (address) => {
        addresses.push(address);
        return { lat: 45.83, lon: 1.26, accuracyMeters: 5_000 };
      },
    });
    const device = { lat: 45.835, lon: 1.262, accuracyMeters: 20 };
    const ask = async (body: object) =>
      (
        await request(app)
          .post("/v1/ads")
          .set("x-forwarded-for", "203.0.113.9")
          .send({ ...top, ...body })
      ).body;
    expect((await ask({ place: { device } })).place).toBeNull();
    expect((await ask({ place: { device, search: { inseeCode: "75056" } } })).place.label).toBe(
      "Paris",
    );
    expect(addresses).toEqual([]);
    const allowed = await ask({ visitor: { gdpr: false }, place: { device } });
    expect(allowed.place).toMatchObject({ source: "device" });
    expect(addresses).toEqual([]);
    const byAddress = await ask({ visitor: { gdpr: false } });
    expect(byAddress.place).toMatchObject({ source: "ip" });
    expect(addresses).toEqual(["203.0.113.9"]);
  });

  it("counts a visitor's id only with the site's signature, and bounds holds by a hashed address", async () => {
    const { app, reads, contexts } = createTestApp(campaigns, withSite);
    const ask = (visitor: object) =>
      request(app)
        .post("/v1/ads")
        .set("x-forwarded-for", "203.0.113.9")
        .send({ ...top, site: "lbc", visitor: { gdpr: false, ...visitor } });
    await ask({ id: "v-1" });
    await ask({ id: "v-1", signature: signVisitorId("another", "v-1") });
    expect(reads).toEqual([]);
    await ask({ id: "v-1", signature: signVisitorId("s3cret", "v-1") });
    const key = reads[0]?.key ?? "";
    expect(reads).toEqual([{ key: expect.stringMatching(/^[\w-]{22}$/), scores: true }]);
    expect(contexts.map(({ visitorKey }) => visitorKey)).toEqual([null, null, key]);
    expect(new Set(contexts.map(({ addressKey }) => addressKey)).size).toBe(1);
    expect(contexts[0]?.addressKey).toMatch(/^[\da-f]{16}$/);
  });

  it("remembers nobody who has not allowed it, whatever the id", async () => {
    const { app, reads, contexts } = createTestApp(campaigns);
    const answer = await request(app)
      .post("/v1/ads")
      .send({ ...top, visitor: { id: "v-1" } });
    expect(answer.body.placements[0].ads).toHaveLength(1);
    expect(reads).toEqual([]);
    expect(contexts).toMatchObject([{ visitorKey: null }]);
  });

  it("obeys what the site has registered of a placement", async () => {
    const registered = {
      formats: ["native" as const],
      sizes: [],
      floorMicros: 2_000_000,
      blockedAdvertiserIds: [1001],
      blockedTrades: [],
      allowedCategories: [],
    };
    const { app } = createTestApp(campaigns, {
      ...withSite,
      findPlacement: (key, code) => (key === "lbc" && code === "top" ? registered : null),
    });
    const body = { site: "lbc", place: { search: { inseeCode: "87085" } } };
    const both = { ...body, placements: [{ id: "top" }, { id: "side" }] };
    const answer = await request(app).post("/v1/ads").send(both);
    expect(answer.body.placements.map(({ ads }: { ads: object[] }) => ads.length)).toEqual([0, 1]);
  });

  it("keeps a placement empty on pages of other categories than the site allows there", async () => {
    const registered = {
      formats: ["native" as const],
      sizes: [],
      floorMicros: 0,
      blockedAdvertiserIds: [],
      blockedTrades: [],
      allowedCategories: ["vehicules"],
    };
    const { app } = createTestApp(campaigns, { ...withSite, findPlacement: () => registered });
    const adsOn = async (category?: string) => {
      const body = { ...top, site: "lbc", page: { category } };
      return (await request(app).post("/v1/ads").send(body)).body.placements[0].ads.length;
    };
    expect(await adsOn("vehicules/voitures")).toBe(1);
    expect(await adsOn("maison")).toBe(0);
    expect(await adsOn()).toBe(0);
  });

  it("explains only with a key that may", async () => {
    const { app } = createTestApp(campaigns);
    const body = { ...top, explain: { campaignIds: [1] }, test: true };
    expect((await request(app).post("/v1/ads").send(body)).status).toBe(401);
    const allowed = await request(app)
      .post("/v1/ads")
      .set("authorization", "Bearer admin")
      .send(body);
    expect(allowed.body.explanation).toMatchObject([{ campaignId: 1, rule: "place_unknown" }]);
  });
});
