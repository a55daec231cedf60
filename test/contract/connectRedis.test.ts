import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from "vitest";
import { freePort } from "../../src/embedded/freePort.ts";
import { type RedisCluster, startRedisCluster } from "../../src/embedded/redisCluster.ts";
import {
  connectRedis,
  parseRedisUrl,
  type RedisClient,
  redisReady,
  retryDelayMs,
} from "../../src/stores/redis/connect.ts";
import { asked, claimsOf, noonMs, openMoney, winner } from "../support/money.ts";
import { startFaultProxy } from "../support/proxy.ts";
import { freshRedis } from "../support/servers.ts";
import { until } from "../support/until.ts";

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function serverBehindProxy() {
  const server = await freshRedis();
  cleanups.push(() => server.close());
  const proxy = await startFaultProxy(server.url);
  cleanups.push(() => proxy.close());
  return { proxy, url: proxy.through(server.url) };
}

function opened(client: RedisClient): RedisClient {
  cleanups.push(() => client.disconnect());
  return client;
}

describe("a Redis URL", () => {
  test.each([
    [
      "redis://localhost",
      { cluster: false, nodes: [{ host: "localhost", port: 6379 }], shared: {} },
    ],
    [
      "redis://:s%40crt@h:7000/3",
      { cluster: false, nodes: [{ host: "h", port: 7000 }], shared: { password: "s@crt", db: 3 } },
    ],
    ["redis://[::1]:7000", { cluster: false, nodes: [{ host: "::1", port: 7000 }], shared: {} }],
    [
      "rediss://ada:pw@h:1",
      {
        cluster: false,
        nodes: [{ host: "h", port: 1 }],
        shared: { username: "ada", password: "pw", tls: {} },
      },
    ],
    ["/run/redis.sock", { cluster: false, nodes: [], shared: { path: "/run/redis.sock" } }],
    [
      "rediss://h:1?cluster=true",
      { cluster: true, nodes: [{ host: "h", port: 1 }], shared: { tls: {} } },
    ],
    [
      "redis://a:1, redis://b:2",
      {
        cluster: true,
        nodes: [
          { host: "a", port: 1 },
          { host: "b", port: 2 },
        ],
        shared: {},
      },
    ],
  ])("%s is understood", (url, expected) => {
    expect(parseRedisUrl(url)).toEqual(expected);
  });

  test.each([
    "",
    "localhost:6379",
    "http://h",
    "redis://",
    "redis://h/x",
    "redis://h/-1",
    "redis://a:1,redis://b:2/1",
  ])("%j is refused", (url) => {
    expect(() => parseRedisUrl(url)).toThrow(TypeError);
  });
});

test("reconnection is tried after 50 ms, then less often, but at least every second", () => {
  expect([1, 2, 3, 4, 5, 6, 1_000].map(retryDelayMs)).toEqual([
    50, 100, 200, 400, 800, 1_000, 1_000,
  ]);
});

test("commands reject at once while Redis is away, none is kept for later, and the connection heals", async () => {
  const { proxy, url } = await serverBehindProxy();
  const errors: Error[] = [];
  const client = opened(
    connectRedis({ url, commandTimeoutMs: 2_000, onError: (error) => errors.push(error) }),
  );
  await redisReady(client);
  await client.set("counter", 1);
  proxy.cut();
  await until(() => client.status !== "ready");
  const startedMs = performance.now();
  for (let attempt = 0; attempt < 20; attempt++)
    await expect(client.incr("counter")).rejects.toThrow();
  expect(performance.now() - startedMs).toBeLessThan(1_000);
  proxy.heal();
  await until(() => client.status === "ready");
  expect(await client.get("counter")).toBe("1");
});

test("a command that the network swallowed is not sent a second time after reconnection", async () => {
  const { proxy, url } = await serverBehindProxy();
  const client = opened(connectRedis({ url, commandTimeoutMs: 2_000 }));
  await redisReady(client);
  await client.set("held", 0);
  proxy.freeze();
  const swallowed = client.incr("held").catch((error: unknown) => error);
  proxy.cut();
  expect(await swallowed).toBeInstanceOf(Error);
  proxy.heal();
  await until(() => client.status === "ready");
  expect(await client.get("held")).toBe("0");
});

test("a silent server costs a command its timeout, and the dead connection is dropped within seconds", async () => {
  const { proxy, url } = await serverBehindProxy();
  const client = opened(connectRedis({ url, commandTimeoutMs: 50 }));
  await redisReady(client);
  proxy.freeze();
  await expect(client.get("a")).rejects.toThrow("timed out");
  await until(() => client.status !== "ready");
});

test("a server that never comes is told by the deadline, with the reason", async () => {
  const port = await freePort();
  const client = opened(connectRedis({ url: `redis://127.0.0.1:${port}` }));
  await expect(redisReady(client, 300)).rejects.toThrow(/not ready after 300 ms: .*ECONNREFUSED/);
});

describe("a cluster", () => {
  let folder: string;
  let cluster: RedisCluster;
  beforeAll(async () => {
    folder = await mkdtemp(join(inject("testDir"), "cluster-"));
    const binary = inject("redisBinary");
    cluster = await startRedisCluster({ folder, binary, masters: 1, replicas: 0 });
  });
  afterAll(async () => {
    await cluster.stop();
    await rm(folder, { recursive: true, force: true });
  });

  test("is spoken to like a single server: keys of one visitor share a slot", async () => {
    const { url } = cluster;
    const client = opened(connectRedis({ url, commandTimeoutMs: 2_000 }));
    await redisReady(client);
    await client.set("{v:ada}:s", "1");
    expect(await client.mget("{v:ada}:s", "{v:ada}:c")).toEqual(["1", null]);
  });

  test("is found by an address that none of its nodes says is its own, and money is held there at once", async () => {
    const { url } = cluster;
    // As the configuration endpoint of a managed cluster.
    const proxy = await startFaultProxy(url);
    cleanups.push(() => proxy.close());
    const money = await openMoney(proxy.through(url));
    cleanups.push(() => money.close());
    await money.openBuckets();
    const request = winner({ totalBudgetMicros: 5_000 });
    expect(await money.holdBudgets([request], asked())).toMatchObject([{ held: true }]);
    expect(await money.holdBudgets([winner({ totalBudgetMicros: 5_000 })], asked())).toEqual([
      { held: false, reason: "total_budget" },
    ]);
    const outcome = await money.record("impression", claimsOf(request), noonMs);
    expect(outcome).toEqual({ status: "counted", chargedMicros: 5_000 });
  });
});
