import { afterEach, beforeEach, expect, test } from "vitest";
import { parseLoopOptions } from "../../bench/loop/options.ts";
import { type LoopResult, runLoop } from "../../bench/loop/run.ts";
import { connectRedis, type RedisClient, redisReady } from "../../src/stores/redis/connect.ts";
import { freshRedis, type TestRedis } from "../support/servers.ts";

let server: TestRedis;
let redis: RedisClient;
beforeEach(async () => {
  server = await freshRedis();
  redis = connectRedis({ url: server.url, commandTimeoutMs: 30_000 });
  await redisReady(redis);
});
afterEach(async () => {
  redis.disconnect();
  await server.close();
});

const run = (...args: readonly string[]): Promise<LoopResult> =>
  runLoop(parseLoopOptions([...args]), redis);

test("scores bring more clicks for a euro than page and place alone, and the same seed the same figures", async () => {
  const first = await run("--seed", "2", "--visitors", "8000");
  const [everybody] = first.groups;
  expect(everybody?.lift.low).toBeGreaterThan(0);
  expect(everybody?.lift.value).toBeLessThan(2);
  const { all, heldOut } = first.decisions;
  expect(heldOut / all).toBeGreaterThan(0.25);
  expect(heldOut / all).toBeLessThan(0.5);
  const small = ["--visitors", "1000"];
  await redis.flushall();
  const once = await run(...small);
  await redis.flushall();
  expect(await run(...small)).toEqual(once);
}, 300_000);

test("served alike, both groups bring the same within the interval, and no session is read or written of who does not consent", async () => {
  const { groups } = await run("--scores", "none", "--visitors", "3000");
  expect(groups[0]?.lift.low).toBeLessThan(0);
  expect(groups[0]?.lift.high).toBeGreaterThan(0);
}, 300_000);
