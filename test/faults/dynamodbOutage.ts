import { Agent } from "node:http";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { FaultProxy } from "../support/proxy.ts";
import { openProxiedStores, type ProxiedStores } from "../support/stores.ts";
import { until } from "../support/until.ts";
import { adsOf, exchange, type Load, pageOfLimoges, startLoad } from "./load.ts";
import { expectAllAnswered, openTown, readinessOf, type Town } from "./outage.ts";

const buyers = Array.from({ length: 40 }, (_, number) => `buyer-${number}`);
const agent = new Agent({ keepAlive: true });
let stores: ProxiedStores;
let town: Town;
let load: Load;
/** Pays more than the others, for buyers only. */
let audienceId: number;
let asked = 0;

/** Asks for a buyer that nobody has asked about. */
async function campaignOfNewBuyer(): Promise<number | undefined> {
  const visitor = { id: buyers[asked++ % buyers.length], gdpr: false };
  const body = { ...pageOfLimoges(0), visitor };
  const answer = await exchange(town.system.url, agent, { method: "POST", path: "/v1/ads", body });
  return adsOf(answer)[0]?.campaignId;
}

const dynamodbFaults = {
  cut: (proxy: FaultProxy) => proxy.cut(),
  frozen: (proxy: FaultProxy) => proxy.freeze(),
  slow: (proxy: FaultProxy) => proxy.delay(400),
};

/** Registers the test of each fault. */
export function testDynamodbFaults(names: readonly (keyof typeof dynamodbFaults)[]): void {
  beforeEach(async () => {
    stores = await openProxiedStores();
    const modelVersion = await stores.scores.reserveModelVersion();
    await stores.scores.activateModelVersion(modelVersion);
    town = await openTown({ stores });
    const { system } = town;
    const segment = { slug: "achat-auto", name: "Achète bientôt une voiture" };
    const { segmentId = 0 } = await system.create("/v1/segments", segment);
    audienceId = await system.openShop({
      dailyBudgetMicros: 1_000_000_000_000,
      bidMicros: 50_000_000,
      audience: [{ segmentId, minScore: 0.5 }],
    });
    await stores.scores.putScores(
      buyers.map((visitorId) => ({
        visitorKey: stores.visitorKeyOf(visitorId),
        modelVersion,
        expiresAtSeconds: Math.floor(Date.now() / 1_000) + 3_600,
        scores: new Map([[segmentId, 0.9]]),
      })),
    );
    asked = 0;
    load = startLoad(system.url, { readers: 10 });
  });
  afterEach(async () => {
    await load.stop();
    await town.close();
    await stores.close();
  });

  describe.each(names)("DynamoDB under load: %s", (name) => {
    test("pages get contextual paid ads in time, and buyers are known again once it is back", async () => {
      await until(async () => (await campaignOfNewBuyer()) === audienceId);
      await until(() => load.pages.length > 50);

      dynamodbFaults[name](stores.dynamodb);
      const lostAtMs = performance.now();
      await until(async () => (await readinessOf(town.system.url)).reasons.includes("dynamodb"));
      await until(() => load.since(lostAtMs).length > 100);
      expect(await readinessOf(town.system.url)).toMatchObject({ httpStatus: 200 });
      const during = load.since(lostAtMs).flatMap(({ ads }) => ads);
      expect(during.filter(({ campaignId }) => campaignId !== town.paidId)).toEqual([]);
      expect(during.length).toBeGreaterThan(100);

      stores.dynamodb.heal();
      await until(async () => (await campaignOfNewBuyer()) === audienceId);
      await until(async () => (await readinessOf(town.system.url)).status === "ready");
      await load.stop();
      expectAllAnswered(load);
    });
  });
}
