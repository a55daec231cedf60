import request from "supertest";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type System, startSystem } from "../support/system.ts";
import { until } from "../support/until.ts";

let system: System;
let campaignId: number;
beforeAll(async () => {
  system = await startSystem();
  campaignId = await system.openShop();
});
afterAll(() => system.close());

const page = {
  visitor: { id: "v-1", gdpr: false },
  place: { search: { postalCode: "87000" } },
  placements: [{ id: "top" }],
};

describe("the whole journey of an ad", () => {
  test("a page of Limoges gets the ad of the shop of Limoges, its impression is charged once, its click leads to the shop", async () => {
    const answer = await request(system.url).post("/v1/ads").send(page);
    expect(answer.status).toBe(200);
    const [ad] = answer.body.placements[0].ads;
    expect(ad).toMatchObject({ campaignId, label: "Publicité", format: "native" });
    const path = (url: string) => new URL(url).pathname;

    const gif = await request(system.url).get(path(ad.tracking.impression));
    expect(gif.status).toBe(200);
    expect(gif.body).toHaveLength(43);
    await request(system.url).get(path(ad.tracking.impression)).expect(200);
    const click = await request(system.url).get(path(ad.tracking.click));
    expect(click.status).toBe(302);
    const landing = new URL(click.headers.location ?? "");
    expect(landing.origin + landing.pathname).toBe("https://toitures.example.fr/devis");

    const { db } = system.server.stores;
    const spent = () =>
      db
        .selectFrom("campaign_days" as never)
        .selectAll()
        .execute() as Promise<readonly Record<string, unknown>[]>;
    await until(async () => (await spent()).some((day) => day.clicks === 1));
    expect(await spent()).toMatchObject([
      { campaign_id: campaignId, impressions: 1, clicks: 1, spent_micros: 5_000 },
    ]);
  });

  test("a page of Marseille does not get it, and an explanation says that it is too far", async () => {
    const there = { ...page, place: { search: { postalCode: "13001" } } };
    const answer = await system.post("/v1/ads", {
      ...there,
      explain: { campaignIds: [campaignId] },
    });
    expect(answer.body.placements[0].ads).toEqual([]);
    expect(answer.body.explanation).toMatchObject([{ campaignId, shown: false, rule: "zone" }]);
  });

  test("a pause is served within a second", async () => {
    const pausedId = await system.openShop();
    const shown = async () => {
      const answer = await request(system.url)
        .post("/v1/ads")
        .send({ ...page, test: true, placements: [{ id: "top", count: 10 }] });
      return answer.body.placements[0].ads.some(
        (ad: { campaignId: number }) => ad.campaignId === pausedId,
      );
    };
    expect(await shown()).toBe(true);
    await request(system.url)
      .patch(`/v1/campaigns/${pausedId}`)
      .set("authorization", `Bearer ${system.adminKey}`)
      .send({ status: "paused" })
      .expect(200);
    await until(async () => !(await shown()), 1_000);
  });
});
