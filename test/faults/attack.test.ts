import { Agent } from "node:http";
import { afterEach, beforeEach, expect, test } from "vitest";
import { until } from "../support/until.ts";
import { adsOf, exchange, pageOfLimoges, startLoad } from "./load.ts";
import { expectAllAnswered, openTown, type Town } from "./outage.ts";

const budgetMicros = 5_000_000;
const agent = new Agent({ keepAlive: true });
let town: Town;
let floristId: number;
beforeEach(async () => {
  town = await openTown({ environment: { TRUST_PROXY: "1" } });
  await town.system.patch(`/v1/campaigns/${town.paidId}`, { status: "paused" }).expect(200);
  floristId = await town.system.openShop({
    dailyBudgetMicros: null,
    totalBudgetMicros: budgetMicros,
  });
});
afterEach(() => town.close());

async function askFrom(address: string, visitorId: string): Promise<boolean> {
  const body = { ...pageOfLimoges(0), visitor: { id: visitorId, gdpr: false } };
  const headers = { "x-forwarded-for": address };
  const answer = await exchange(town.system.url, agent, {
    method: "POST",
    path: "/v1/ads",
    body,
    headers,
  });
  return adsOf(answer).some(({ campaignId }) => campaignId === floristId);
}

test("an address that asks 2,000 times under invented names and sees nothing freezes at most 5 % of a florist's budget, and others still get the ad", async () => {
  const load = startLoad(town.system.url, {
    readers: 40,
    readingMs: 5,
    page: (number) => ({
      ...pageOfLimoges(number),
      visitor: { id: `invented-${number}`, gdpr: false },
    }),
    // Not even the whole of a network is more than one address.
    headers: (number) => ({ "x-forwarded-for": `203.0.113.${number % 250}` }),
    sees: () => false,
  });
  await until(() => load.pages.length >= 1_000);
  expect(await askFrom("198.51.100.7", "neighbour-1")).toBe(true);
  await until(() => load.pages.length >= 2_000);
  await load.stop();
  expectAllAnswered(load);

  const got = load.pages.flatMap(({ ads }) => ads).filter((ad) => ad.campaignId === floristId);
  expect(got.length).toBeGreaterThan(0);
  expect(got.length * 5_000).toBeLessThanOrEqual(0.05 * budgetMicros);
  expect(await askFrom("198.51.101.7", "neighbour-2")).toBe(true);
  expect(await askFrom("203.0.113.1", "invented-once-more")).toBe(false);
});
