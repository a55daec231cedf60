import { expect, test } from "vitest";
import { connectRedis, redisReady } from "../../src/stores/redis/connect.ts";
import { startFaultProxy } from "../support/proxy.ts";
import { freshRedis } from "../support/servers.ts";

/** Keeps the event loop from everything else, as a burst of requests does. */
function keepBusy(milliseconds: number): void {
  const endMs = performance.now() + milliseconds;
  while (performance.now() < endMs);
}

test("a busy node does not take its own lateness for that of Redis, and a silent Redis is still given up in time", async () => {
  const server = await freshRedis();
  const proxy = await startFaultProxy(server.url);
  const direct = connectRedis({ url: server.url, commandTimeoutMs: 50 });
  const proxied = connectRedis({ url: proxy.through(server.url), commandTimeoutMs: 50 });
  await Promise.all([redisReady(direct), redisReady(proxied)]);

  const answers = Array.from({ length: 20 }, async () => {
    const answer = direct.ping();
    keepBusy(20);
    return answer;
  });
  expect(await Promise.all(answers)).toEqual(answers.map(() => "PONG"));

  proxy.freeze();
  const startedMs = performance.now();
  await expect(proxied.ping()).rejects.toThrow("Command timed out");
  expect(performance.now() - startedMs).toBeGreaterThan(45);
  expect(performance.now() - startedMs).toBeLessThan(500);
  for (const client of [direct, proxied]) client.disconnect();
  await proxy.close();
  await server.close();
});
