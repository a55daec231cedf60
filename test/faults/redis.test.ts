import { Agent } from "node:http";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { until } from "../support/until.ts";
import {
  adsOf,
  type Exchange,
  exchange,
  type Load,
  pageOfLimoges,
  type ShownAd,
  startLoad,
} from "./load.ts";
import { expectAllAnswered, expectGifs, openTown, readinessOf, type Town } from "./outage.ts";

const agent = new Agent({ keepAlive: true });
let town: Town;
let load: Load;
beforeEach(async () => {
  town = await openTown();
  load = startLoad(town.system.url);
});
afterEach(async () => {
  await load.stop();
  await town.close();
});

const paidPages = (sinceMs: number) =>
  load.since(sinceMs).filter(({ ads }) => ads.some(({ campaignId }) => campaignId === town.paidId));
const paidAdsSeen = () =>
  [...load.shown.values()].filter((campaignId) => campaignId === town.paidId).length;

/** Paid ads that a page has got and its reader has not seen yet. */
async function unseenAds(count: number): Promise<readonly ShownAd[]> {
  const ask = { method: "POST", path: "/v1/ads", body: pageOfLimoges(0) } as const;
  const asked = Array.from({ length: count }, () => exchange(town.system.url, agent, ask));
  return (await Promise.all(asked)).flatMap(adsOf);
}

function seeAll(ads: readonly ShownAd[]): Promise<readonly Exchange[]> {
  return Promise.all(
    ads.map(({ impression }) =>
      exchange(town.system.url, agent, { method: "GET", path: impression }),
    ),
  );
}

/** One fault between two long runs, all of them in one. */
const faults = process.env.TEST_LONG === "1" ? (["cut", "freeze"] as const) : (["cut"] as const);

describe.each(faults)("Redis under load: %s", (fault) => {
  test("house ads at once and nothing paid, pixels are kept; once it is back paid ads serve and every pixel is charged once", async () => {
    const { system, houseId, paidId } = town;
    const { redis } = system.stores;
    await until(() => paidAdsSeen() > 50);

    const kept = await unseenAds(10);
    redis[fault]();
    const lostAtMs = performance.now();
    const keptPixels = await seeAll(kept);
    await until(() => load.since(lostAtMs).length > 150);
    await until(async () => (await readinessOf(system.url)).reasons.includes("redis"));
    expect(await readinessOf(system.url)).toMatchObject({ httpStatus: 200, status: "degraded" });
    const during = load.since(lostAtMs);
    expect(during.flatMap(({ ads }) => ads.map(({ campaignId }) => campaignId))).toEqual(
      during.map(() => houseId),
    );

    redis.heal();
    const backAtMs = performance.now();
    await until(() => paidPages(backAtMs).length > 50);
    await until(async () => (await readinessOf(system.url)).status === "ready");
    await load.stop();
    expectAllAnswered(load);
    expectGifs(keptPixels);

    const seen = paidAdsSeen() + kept.length;
    await until(async () => {
      const { impressions } = await town.charged(paidId);
      return impressions >= seen && system.server.stores.spool.counts().waitingBytes === 0;
    });
    expect(await town.charged(paidId)).toEqual({
      impressions: seen,
      micros: seen * 5_000,
      uncharged: 0,
    });
  });
});
