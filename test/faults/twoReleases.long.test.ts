import { Agent } from "node:http";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { hasRelease, previousRelease } from "../support/releases/checkOutRelease.ts";
import {
  type RunningRelease,
  startPreviousRelease,
} from "../support/releases/startPreviousRelease.ts";
import { until } from "../support/until.ts";
import { adsOf, exchange, pageOfLimoges, startLoad } from "./load.ts";
import { expectGifs, openTown, type Town } from "./outage.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

/** While a release is rolled out, nodes of both serve the same visitors from the same Redis and Postgres. */
describe.skipIf(!hasRelease(previousRelease))(
  `today's node beside one of release ${previousRelease.version}`,
  () => {
    const agent = new Agent({ keepAlive: true });
    const environment = { TRUST_PROXY: "1" };
    let town: Town;
    let before: RunningRelease;
    beforeAll(async () => {
      town = await openTown({ environment });
      const { stores } = town.system;
      const dataDir = join(stores.environment.ATELIER_DATA_DIR ?? "", "before");
      before = await startPreviousRelease(stores, { ...environment, ATELIER_DATA_DIR: dataDir });
      await town.system.patch(`/v1/campaigns/${town.paidId}`, { status: "paused" }).expect(200);
    });
    afterAll(async () => {
      agent.destroy();
      await before?.close();
      await town?.close();
    });

    const showsAt = async (url: string, campaignId: number): Promise<boolean> => {
      const body = { ...pageOfLimoges(0), test: true, placements: [{ id: "top", count: 10 }] };
      const answer = await exchange(url, agent, { method: "POST", path: "/v1/ads", body });
      return adsOf(answer).some((ad) => ad.campaignId === campaignId);
    };

    test("they sell a small budget together to its end and never over it, though each ad is seen at the other's", async () => {
      const budgetMicros = 2_000_000;
      const budget = { dailyBudgetMicros: null, totalBudgetMicros: budgetMicros };
      const campaignId = await town.system.openShop(budget);
      const urls = [town.system.url, before.url] as const;
      await until(async () => {
        const shown = await Promise.all(urls.map((url) => showsAt(url, campaignId)));
        return shown.every(Boolean);
      });
      const headers = (number: number) => ({ "x-forwarded-for": `10.${number % 250}.0.1` });
      const [today, yesterday] = urls;
      const loads = [
        startLoad(today, { headers, pixelUrl: yesterday }),
        startLoad(yesterday, { headers, pixelUrl: today }),
      ];
      const spent = async () => (await town.charged(campaignId)).micros;
      await until(async () => (await spent()) >= 0.95 * budgetMicros, 60_000);
      await until(
        () =>
          loads.every(({ pages }) =>
            pages.slice(-50).every(({ ads }) => ads.every((ad) => ad.campaignId !== campaignId)),
          ),
        60_000,
      );
      await Promise.all(loads.map((load) => load.stop()));

      for (const { pages, pixels } of loads) {
        expect(pages.filter(({ status }) => status !== 200)).toEqual([]);
        expectGifs(pixels);
      }
      const ofCampaign = loads.map(
        ({ shown }) => [...shown.values()].filter((shownId) => shownId === campaignId).length,
      );
      // Both have sold some of it: neither keeps the other's purse shut.
      expect(Math.min(...ofCampaign)).toBeGreaterThan(20);
      const seen = ofCampaign.reduce((sum, count) => sum + count, 0);
      expect(seen * 5_000).toBeLessThanOrEqual(budgetMicros);
      const charged = { impressions: seen, micros: seen * 5_000, uncharged: 0 };
      await until(async () => (await town.charged(campaignId)).impressions >= seen, 30_000);
      expect(await town.charged(campaignId)).toEqual(charged);
    });

    test("a cap holds over both", async () => {
      const campaignId = await town.system.openShop({
        dailyBudgetMicros: 1_000_000_000_000,
        bidMicros: 50_000_000,
        frequencyCaps: [{ per: "campaign", maxImpressions: 10, windowSeconds: 3_600 }],
      });
      const ask = async (url: string, visitorId: string) => {
        const body = { ...pageOfLimoges(0), visitor: { id: visitorId, gdpr: false } };
        const answer = await exchange(url, agent, { method: "POST", path: "/v1/ads", body });
        return adsOf(answer).filter((ad) => ad.campaignId === campaignId).length;
      };
      let visitors = 0;
      for (const url of [town.system.url, before.url])
        await until(async () => (await ask(url, `v-first-${++visitors}`)) === 1);
      const asked = Array.from({ length: 40 }, (_, number) =>
        ask(number % 2 === 0 ? town.system.url : before.url, "v-capped"),
      );
      const shown = (await Promise.all(asked)).reduce((sum, count) => sum + count, 0);
      expect(shown).toBe(10);
    });

    test("the older one logged no fault", () => {
      expect(before.faults()).toEqual([]);
    });
  },
);
