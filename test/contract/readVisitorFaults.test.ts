import { describe, expect, test } from "vitest";
import { connectRedis, redisReady } from "../../src/stores/redis/connect.ts";
import { until } from "../support/until.ts";
import { nowMs, useVisitorStores } from "./visitorStores.ts";

const both = { scores: true };
const stores = useVisitorStores();

describe("when DynamoDB is slow or gone", () => {
  test("a late answer leaves this page unscored in time, and the next page is scored", async () => {
    const { dynamoProxy, asked, reader, store, cachedAfterFill } = stores();
    await store("late", new Map([[3, 1]]));
    const readVisitor = reader({ deadlineMs: 30 });
    dynamoProxy.delay(150);
    const startedMs = performance.now();
    expect(await readVisitor("late", both, nowMs)).toMatchObject({
      ok: true,
      visitor: { scores: null },
    });
    // Far from the 300 ms that the answer takes; the deadline is 30.
    expect(performance.now() - startedMs).toBeLessThan(200);
    await cachedAfterFill("late");
    expect(await readVisitor("late", both, nowMs)).toMatchObject({
      visitor: { scores: new Map([[3, 1]]) },
    });
    expect(asked).toEqual(["late"]);
  });

  test("pages go on unscored while it is gone, are not made to wait for long, and are scored again when it is back", async () => {
    const { dynamoProxy, asked, reader, store } = stores();
    await store("patient", new Map([[3, 1]]));
    let clock = 0;
    const troubles: string[] = [];
    const readVisitor = reader({ clockMs: () => clock, onTrouble: (what) => troubles.push(what) });
    dynamoProxy.cut();
    for (let page = 0; page < 30; page++)
      expect(await readVisitor("patient", both, nowMs)).toMatchObject({
        ok: true,
        visitor: { scores: null },
      });
    // Five questions in a row failed, and the rest were not asked.
    expect(asked.length).toBe(5);
    expect(troubles).toHaveLength(5);
    dynamoProxy.heal();
    expect(await readVisitor("patient", both, nowMs)).toMatchObject({ visitor: { scores: null } });
    clock = 1_000;
    expect(await readVisitor("patient", both, nowMs)).toMatchObject({
      visitor: { scores: new Map([[3, 1]]) },
    });
  });

  test("a silent table is given up after five deadlines, without waiting further", async () => {
    const { dynamoProxy, asked, reader } = stores();
    const readVisitor = reader({ deadlineMs: 10 });
    dynamoProxy.freeze();
    for (let page = 0; page < 20; page++) await readVisitor(`silent-${page}`, both, nowMs);
    expect(asked.length).toBe(5);
  });
});

describe("when Redis is gone", () => {
  test("the answer is no, at once, and yes again when it is back", async () => {
    const { redisProxy, redis, reader, store } = stores();
    await store("ada", new Map([[3, 1]]));
    const readVisitor = reader();
    expect(await readVisitor("ada", both, nowMs)).toMatchObject({ ok: true });
    redisProxy.cut();
    await until(() => redis.status !== "ready");
    const startedMs = performance.now();
    for (let page = 0; page < 200; page++)
      expect(await readVisitor("ada", both, nowMs)).toEqual({ ok: false });
    expect((performance.now() - startedMs) / 200).toBeLessThan(5);
    redisProxy.heal();
    await until(async () => (await readVisitor("ada", both, nowMs)).ok);
  });

  test("a Redis that swallows everything costs a few pages their timeout, then nobody waits", async () => {
    const { server, redisProxy, reader } = stores();
    const impatient = connectRedis({ url: redisProxy.through(server.url), commandTimeoutMs: 50 });
    await redisReady(impatient);
    const readVisitor = reader({ redis: impatient, clockMs: () => 0 });
    redisProxy.freeze();
    const refused = await Promise.all(
      Array.from({ length: 5 }, () => readVisitor("ada", both, nowMs)),
    );
    expect(refused.every((outcome) => !outcome.ok)).toBe(true);
    const startedMs = performance.now();
    for (let page = 0; page < 200; page++)
      expect(await readVisitor("ada", both, nowMs)).toEqual({ ok: false });
    expect(performance.now() - startedMs).toBeLessThan(500);
    impatient.disconnect();
  });
});
