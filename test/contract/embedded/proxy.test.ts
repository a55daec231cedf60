import { Redis } from "ioredis";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type FaultProxy, startFaultProxy } from "../../support/proxy.ts";
import { freshRedis, type TestRedis } from "../../support/servers.ts";
import { until } from "../../support/until.ts";

let redis: TestRedis;
let proxy: FaultProxy;
let client: Redis;

beforeAll(async () => {
  redis = await freshRedis();
  proxy = await startFaultProxy(redis.url);
  client = new Redis(proxy.through(redis.url), {
    retryStrategy: () => 5,
    maxRetriesPerRequest: 0,
    commandTimeout: 100,
  });
  client.on("error", () => undefined);
});

afterAll(async () => {
  client.disconnect();
  await proxy.close();
  await redis.close();
});

const answers = (): Promise<boolean> =>
  client.ping().then(
    () => true,
    () => false,
  );

test("the fault proxy passes, cuts, freezes and heals", async () => {
  await until(answers);
  proxy.cut();
  await until(async () => !(await answers()));
  expect(proxy.connections()).toBe(0);
  proxy.heal();
  await until(answers);
  proxy.freeze();
  await expect(client.ping()).rejects.toThrow(/timed out/);
  expect(proxy.connections()).toBe(1);
  proxy.heal();
  await until(answers);
});

test("a delay is felt in each direction", async () => {
  await until(answers);
  proxy.delay(20);
  const startedAt = performance.now();
  await client.ping();
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(39);
  proxy.heal();
});

test("what was delayed is not overtaken when the delay ends", async () => {
  await until(answers);
  proxy.delay(50);
  const delayed = client.echo("first");
  await until(() => Promise.resolve(proxy.waiting() > 0));
  proxy.heal();
  expect(await Promise.all([delayed, client.echo("second")])).toEqual(["first", "second"]);
});
