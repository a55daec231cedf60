import { afterEach, expect, test, vi } from "vitest";
import { connectRedis, redisReady } from "../../src/stores/redis/connect.ts";
import { createServerClock } from "../../src/stores/redis/serverClock.ts";
import { freshRedis } from "../support/servers.ts";
import { openProxiedStores } from "../support/stores.ts";
import { startSystem } from "../support/system.ts";
import { until } from "../support/until.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

const hourMs = 3_600_000;
/** Half of the longest round trip that is believed, and what a busy machine adds. */
const closeMs = 200;

function setWallClockOffBy(milliseconds: number): void {
  const origin = performance.timeOrigin;
  vi.spyOn(performance, "timeOrigin", "get").mockReturnValue(origin + milliseconds);
}

test.each([hourMs, -hourMs])(
  "a clock that is %i ms off agrees with Redis once it has asked",
  async (offMs) => {
    const server = await freshRedis();
    const redis = connectRedis({ url: server.url, commandTimeoutMs: 1_000 });
    await redisReady(redis);
    setWallClockOffBy(offMs);
    const clock = createServerClock(redis);
    expect(Math.abs(clock.nowMs() - (Date.now() + offMs))).toBeLessThan(closeMs);
    await clock.correct();
    expect(Math.abs(clock.nowMs() - Date.now())).toBeLessThan(closeMs);
    redis.disconnect();
    await server.close();
  },
);

test("a node that is an hour ahead and started without Redis keeps the common time as soon as Redis comes", async () => {
  const stores = await openProxiedStores();
  stores.redis.cut();
  setWallClockOffBy(hourMs);
  const node = await startSystem({}, stores);
  const lateness = () => Math.abs(node.server.stores.clock.nowMs() - Date.now());
  expect(lateness()).toBeGreaterThan(hourMs - closeMs);
  stores.redis.heal();
  await until(() => node.server.stores.redis.status === "ready");
  await until(() => lateness() < closeMs, 500);
  await node.close();
  await stores.close();
});
