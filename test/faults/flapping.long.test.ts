import { afterEach, beforeEach, expect, test } from "vitest";
import { createRandom } from "../../src/demo/random.ts";
import { until } from "../support/until.ts";
import { type Load, startLoad } from "./load.ts";
import { expectAllAnswered, openTown, readinessOf, type Town } from "./outage.ts";

const budgetMicros = 3_000_000;
let town: Town;
let load: Load;
let smallId: number;
beforeEach(async () => {
  town = await openTown({ environment: { TRUST_PROXY: "1" } });
  // Pays more, so that it is tried first; its money ends.
  smallId = await town.system.openShop({
    bidMicros: 10_000_000,
    dailyBudgetMicros: null,
    totalBudgetMicros: budgetMicros,
  });
  const headers = (number: number) => ({ "x-forwarded-for": `10.${number % 250}.0.1` });
  load = startLoad(town.system.url, { headers });
});
afterEach(async () => {
  await load.stop();
  await town.close();
});

const seenOf = (campaignId: number) =>
  [...load.shown.values()].filter((id) => id === campaignId).length;

async function untilQuiet(): Promise<void> {
  await until(async () => (await readinessOf(town.system.url)).status === "ready", 20_000);
  await load.stop();
  const { spool } = town.system.server.stores;
  await until(() => spool.counts().waitingBytes === 0, 20_000);
}

test.each([1, 2, 3])(
  "stores that come and go in any order (seed %i): every page is answered, every view is charged once, no budget is passed",
  async (seed) => {
    const random = createRandom(seed);
    const { postgres, redis, dynamodb } = town.system.stores;
    for (let faults = 0; faults < 25; faults += 1) {
      const proxy = random.pick([postgres, redis, redis, dynamodb]);
      const isHealed = random.chance(0.7);
      proxy[random.pick(["cut", "freeze"] as const)]();
      const pages = load.pages.length + random.integer(20, 400);
      await until(() => load.pages.length > pages);
      if (isHealed) proxy.heal();
    }
    for (const proxy of [postgres, redis, dynamodb]) proxy.heal();
    await until(async () => (await readinessOf(town.system.url)).status === "ready", 20_000);
    const healedAtMs = performance.now();
    const paidPages = () =>
      load.since(healedAtMs).filter(({ ads }) => ads.some((ad) => ad.campaignId === town.paidId));
    await until(() => paidPages().length > 50);
    await untilQuiet();
    expectAllAnswered(load);

    const seen = seenOf(town.paidId);
    await until(async () => (await town.charged(town.paidId)).impressions >= seen, 40_000);
    expect(await town.charged(town.paidId)).toEqual({
      impressions: seen,
      micros: seen * 5_000,
      uncharged: 0,
    });
    await until(async () => (await town.charged(smallId)).impressions >= seenOf(smallId), 40_000);
    const small = await town.charged(smallId);
    expect(small.impressions).toBe(seenOf(smallId));
    expect(small.micros).toBeLessThanOrEqual(budgetMicros);
    expect(small.micros).toBe((small.impressions - small.uncharged) * 10_000);
  },
  180_000,
);

test("a Redis that is killed again and again: no budget is passed", async () => {
  const { redisServer } = town.system.stores;
  for (let time = 0; time < 6; time += 1) {
    const before = seenOf(smallId) + seenOf(town.paidId);
    await until(() => seenOf(smallId) + seenOf(town.paidId) > before + 60);
    await redisServer.crash();
    await redisServer.restart();
  }
  await until(async () => (await town.charged(smallId)).micros === budgetMicros, 30_000);
  await untilQuiet();
  expectAllAnswered(load);
  expect((await town.charged(smallId)).micros).toBe(budgetMicros);
}, 120_000);
