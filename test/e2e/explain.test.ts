import { afterAll, beforeAll, expect, it } from "vitest";
import { type System, startSystem } from "../support/system.ts";

let system: System;
const shops = { wide: 0, cars: 0, brive: 0, capped: 0 };
const advertiserOf = new Map<number, number>();

beforeAll(async () => {
  system = await startSystem({ INVALID_TRAFFIC: "off" });
  await system.create("/v1/segments", { slug: "achat-auto", name: "Achète une voiture" });
  const around = (lat: number, lon: number) => ({
    include: [{ type: "circle", lat, lon, radiusMeters: 10_000 }],
  });
  const limoges = around(45.8336, 1.2476);
  shops.wide = await system.openShop({ zone: limoges, bidMicros: 2_000_000 });
  const audience = [{ segment: "achat-auto", minScore: 0.5 }];
  shops.cars = await system.openShop({ zone: limoges, bidMicros: 9_000_000, audience });
  shops.brive = await system.openShop({ zone: around(45.1583, 1.5321), bidMicros: 9_000_000 });
  const frequencyCaps = [{ per: "campaign", maxImpressions: 1, windowSeconds: 86_400 }];
  shops.capped = await system.openShop({ zone: limoges, bidMicros: 20_000_000, frequencyCaps });
  for (const campaignId of Object.values(shops)) {
    const campaign = await system.server.stores.db
      .selectFrom("campaigns")
      .select("advertiser_id")
      .where("id", "=", campaignId)
      .executeTakeFirstOrThrow();
    advertiserOf.set(campaignId, Number(campaign.advertiser_id));
  }
}, 60_000);
afterAll(() => system?.close());

const limoges = { search: { postalCode: "87000" } };
interface Told {
  readonly campaignId: number;
  readonly shown: boolean;
  readonly rule?: string;
}
interface Check {
  readonly rule: string;
  readonly passed: boolean;
}
const ask = (body: object, key?: string) => system.post("/v1/explain", body, key);
const fates = async (body: object, key?: string): Promise<Record<number, string>> => {
  const answer = await ask({ place: limoges, ...body }, key);
  expect([answer.status, answer.body.errors]).toEqual([200, undefined]);
  const told: readonly Told[] = answer.body.campaigns;
  return Object.fromEntries(
    told.map((it) => [it.campaignId, it.shown ? "shown" : (it.rule ?? "")]),
  );
};
const managerOf = (campaignId: number) => system.managerKey([advertiserOf.get(campaignId) ?? 0]);

it("a supposed visitor's scores and consent decide as a real one's would", async () => {
  const campaignIds = [shops.cars];
  const scores = (score: number) => ({ scores: { "achat-auto": score } });
  expect(await fates({ campaignIds, visitor: scores(0.9) })).not.toMatchObject({
    [shops.cars]: "audience",
  });
  expect(await fates({ campaignIds, visitor: scores(0.2) })).toEqual({ [shops.cars]: "audience" });
  expect(await fates({ campaignIds, visitor: { ...scores(0.9), consent: false } })).toEqual({
    [shops.cars]: "audience",
  });
});

it("says of each campaign what an ad request with explanations says, and holds and counts nothing", async () => {
  const visitor = { gdpr: false, id: "visitor-of-limoges" };
  const placements = [{ id: "page", formats: ["native"] }];
  for (let time = 0; time < 3; time++) {
    const asked = await fates({ visitor: { id: "visitor-of-limoges" } });
    expect(asked[shops.capped]).toBe("shown");
    expect(asked[shops.brive]).toBe("zone");
  }
  const ads = await system.post("/v1/ads", { place: limoges, visitor, placements, explain: true });
  const served = ads.body.explanation.map((it: Told) => [it.campaignId, it.rule ?? "shown"]);
  // What an ad request holds for it counts: the same visitor's cap is then met.
  expect(Object.fromEntries(served)[shops.capped]).toBe("shown");
  const after = await fates({ visitor: { id: "visitor-of-limoges" } });
  expect(after[shops.capped]).toBe("frequency_cap");
  expect((await fates({}))[shops.capped]).toBe("shown");
});

it("every rule answers by itself, so that all that is in the way is told at once", async () => {
  const campaignIds = [shops.brive, shops.capped];
  const answer = await ask({ place: limoges, campaignIds, device: { type: "mobile" } });
  const told: readonly { readonly campaignId: number; readonly checks: readonly Check[] }[] =
    answer.body.campaigns;
  const refusedOf = (campaignId: number) =>
    told
      .find((one) => one.campaignId === campaignId)
      ?.checks.filter(({ passed }) => !passed)
      .map(({ rule }) => rule);
  expect(refusedOf(shops.brive)).toEqual(["zone"]);
  expect(refusedOf(shops.capped)).toEqual([]);
  const nowhere = await ask({ campaignIds: [shops.cars], visitor: { consent: false } });
  const refused = nowhere.body.campaigns[0].checks.filter(({ passed }: Check) => !passed);
  expect(refused.map(({ rule }: Check) => rule)).toEqual(["place_unknown", "zone", "audience"]);
});

it("a visit at another time is judged by the dates and hours of that time", async () => {
  const campaignIds = [shops.capped];
  expect(await fates({ campaignIds, at: "2020-01-01T12:00:00+01:00" })).toEqual({
    [shops.capped]: "dates",
  });
  expect(await fates({ campaignIds })).toEqual({ [shops.capped]: "shown" });
  const { status, body } = await ask({ place: limoges, at: "demain" });
  expect([status, body.errors[0].pointer]).toEqual([422, "/at"]);
});

it("a manager learns of its own campaigns only, and nothing of who wins instead", async () => {
  const key = await managerOf(shops.wide);
  expect(await fates({}, key)).toEqual({ [shops.wide]: "outranked" });
  expect(await fates({ campaignIds: [shops.wide, shops.capped] }, key)).toEqual({
    [shops.wide]: "outranked",
    [shops.capped]: "unknown_campaign",
  });
  const { text } = await ask({ place: limoges }, key);
  expect(text).not.toContain("winningCampaignId");
  expect(text).not.toContain("winningValueMicros");
});

it("real visitors are the operator's, and bad questions are told what is wrong", async () => {
  const key = await managerOf(shops.wide);
  const real = await ask({ place: limoges, visitor: { id: "visitor-of-limoges" } }, key);
  expect([real.status, real.body.errors[0].pointer]).toEqual([403, "/visitor/id"]);
  const { status, body } = await ask({
    place: { search: { postalCode: "x" } },
    visitor: { id: "a", scores: { "Achat auto": 2 } },
    campaignIds: [],
    surprise: 1,
  });
  expect(status).toBe(422);
  const pointers = body.errors.map((it: { pointer: string }) => it.pointer);
  expect(pointers).toEqual(
    expect.arrayContaining([
      "/place/search/postalCode",
      "/visitor/scores/Achat auto",
      "/campaignIds",
      "/surprise",
    ]),
  );
  const unknown = await ask({ place: limoges, visitor: { scores: { "qui-sait": 0.5 } } });
  expect(unknown.body.errors[0]).toEqual({
    pointer: "/visitor/scores/qui-sait",
    rule: "must be an existing segment",
  });
});
