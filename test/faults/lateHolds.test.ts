import { expect, test } from "vitest";
import { connectRedis, redisReady } from "../../src/stores/redis/connect.ts";
import { createRedisHolds } from "../../src/stores/redis/holds.ts";
import { asked, noonMs, openMoney, winner } from "../support/money.ts";
import { startFaultProxy } from "../support/proxy.ts";
import { freshRedis } from "../support/servers.ts";
import { until } from "../support/until.ts";

test("money that a late Redis holds after its node has given up is given back at once, not when the hold lapses", async () => {
  const server = await freshRedis();
  const proxy = await startFaultProxy(server.url);
  const near = await openMoney(server.url);
  await near.openBuckets();
  const redis = connectRedis({ url: proxy.through(server.url), commandTimeoutMs: 50 });
  await redisReady(redis);
  const far = createRedisHolds({ redis });
  // Both scripts are known to the server from here on.
  const [first] = await near.holdBudgets([winner()], asked());
  await near.releaseHolds(first?.held ? [first.holdId] : [], noonMs);

  proxy.delay(60);
  expect(await far.holdBudgets([winner({ campaignId: 13 })], asked())).toEqual([
    { held: false, reason: "unavailable" },
  ]);
  // A campaign that never held anything has no such counter: it was taken, and it was given back.
  await until(async () => (await near.counters(13)).h === "0");

  redis.disconnect();
  near.close();
  await proxy.close();
  await server.close();
});
