import { Agent } from "node:http";
import { afterEach, beforeEach, expect, test } from "vitest";
import { until } from "../support/until.ts";
import { bucketOf, type KilledTown, openKilledTown } from "./killedTown.ts";
import { adsOf, exchange, type Load, pageOfLimoges } from "./load.ts";

let killed: KilledTown;
beforeEach(async () => {
  killed = await openKilledTown({ HOLD_SECONDS: "10" });
});
afterEach(() => killed.close());

test("a node that is killed ten times over charges every paid ad once", async () => {
  const loads: Load[] = [];
  for (let time = 0; time < 10; time += 1) {
    loads.push(await killed.killUnderLoad());
    await killed.startAgain();
  }
  await killed.expectChargedOnce(loads);
}, 300_000);

test("a node that is killed while Redis is away counts from its disk what it had answered", async () => {
  const { redis } = killed.town.system.stores;
  const load = await killed.killUnderLoad(async (readers) => {
    redis.cut();
    const cutAtMs = performance.now();
    await until(() => readers.pixels.filter((pixel) => pixel.startedAtMs > cutAtMs).length > 100);
  });
  redis.heal();
  await killed.startAgain();
  await killed.expectChargedOnce([load]);
}, 60_000);

test("what a killed node held lapses", async () => {
  const { town } = killed;
  const agent = new Agent({ keepAlive: true });
  const ask = { method: "POST", path: "/v1/ads", body: pageOfLimoges(0) } as const;
  const asked = Array.from({ length: 50 }, () => exchange(killed.node().url, agent, ask));
  expect((await Promise.all(asked)).flatMap(adsOf)).toHaveLength(50);
  await killed.node().kill();
  agent.destroy();

  const budget = `{m${bucketOf(town.system, town.paidId)}}:b:${town.paidId}`;
  const held = () => town.system.server.stores.jobsRedis.hget(budget, "h");
  expect(await held()).toBe("250000");
  await until(async () => (await held()) === "0", 20_000);
}, 60_000);
