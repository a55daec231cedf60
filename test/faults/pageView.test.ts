import { Agent } from "node:http";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type System, startSystem } from "../support/system.ts";
import { until } from "../support/until.ts";
import { adsOf, exchange, pageOfLimoges } from "./load.ts";
import { type ServingProcess, servingPort, startServing } from "./servingProcess.ts";

/** Below what a busy node still decides at once. */
const agent = new Agent({ keepAlive: true, maxSockets: 40 });
let system: System;
let second: ServingProcess;
beforeAll(async () => {
  system = await startSystem();
  const { environment } = system.stores;
  const dataDir = join(environment.ATELIER_DATA_DIR ?? "", "second");
  second = await startServing({ ...environment, ATELIER_DATA_DIR: dataDir }, await servingPort());
});
afterAll(async () => {
  agent.destroy();
  await second.kill();
  await system.close();
});

const ask = async (url: string, viewId?: string) => {
  const page = pageOfLimoges(0);
  const body = {
    ...page,
    placements: [{ id: "top" }],
    ...(viewId === undefined ? {} : { page: { viewId } }),
  };
  return adsOf(await exchange(url, agent, { method: "POST", path: "/v1/ads", body }));
};

describe("one page view, asked for by a hundred requests of nobody in particular", () => {
  it("shows a campaign as often as its cap allows, on one node and over two processes", async () => {
    const campaignId = await system.openShop({
      dailyBudgetMicros: 1_000_000_000_000,
      bidMicros: 50_000_000,
      frequencyCaps: [{ per: "campaign", maxImpressions: 5, window: "page_view" }],
    });
    const shows = async (url: string, viewId: string) =>
      (await ask(url, viewId)).some((ad) => ad.campaignId === campaignId);
    for (const [index, url] of [system.url, second.url].entries())
      await until(() => shows(url, `the-warming-view-${index}`));

    const crowd = async (urls: readonly string[], viewId?: string) => {
      const asked = Array.from({ length: 100 }, (_, n) => ask(urls[n % urls.length] ?? "", viewId));
      const ads = (await Promise.all(asked)).flat();
      return ads.filter((ad) => ad.campaignId === campaignId).length;
    };
    expect(await crowd([system.url], "view-of-one-node-1")).toBe(5);
    expect(await crowd([system.url, second.url], "view-of-two-nodes-1")).toBe(5);
    expect(await crowd([system.url, second.url], "view-of-two-nodes-1")).toBe(0);
    // Without an id each request is a page view of its own.
    expect(await crowd([system.url])).toBe(100);
  }, 60_000);
});
