import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { holdIdOf } from "../../src/budgets/holdId.ts";
import { freePort } from "../../src/embedded/freePort.ts";
import type { HoldOutcome } from "../../src/serving/ports.ts";
import type { FrequencyCap } from "../../src/targeting/types.ts";
import { asked, claimsOf, type Money, noonMs, openMoney, winner } from "../support/money.ts";
import { freshRedis, type TestRedis } from "../support/servers.ts";
import { until } from "../support/until.ts";

const caps: readonly FrequencyCap[] = [
  { per: "campaign", maxImpressions: 1, windowSeconds: 3_600 },
];
const reasonOf = (outcomes: readonly HoldOutcome[]): string => {
  const [outcome] = outcomes;
  return outcome?.held === true ? "held" : (outcome?.reason ?? "nothing");
};
/** Requests of one turn of the event loop: one for each advertiser, each by its own visitor. */
const holdTogether = (money: Money, advertiserIds: readonly number[], frequencyCaps = caps) =>
  Promise.all(
    advertiserIds.map((advertiserId) =>
      money
        .holdBudgets(
          [winner({ advertiserId, campaignId: advertiserId, frequencyCaps })],
          asked({ visitorKey: `v${advertiserId}` }),
        )
        .then(reasonOf),
    ),
  );

describe("holds of several requests in one turn", () => {
  let server: TestRedis;
  let money: Money;

  beforeAll(async () => {
    server = await freshRedis();
    money = await openMoney(server.url);
  });
  afterAll(async () => {
    expect(money.errors).toEqual([]);
    money.close();
    await server.close();
  });
  beforeEach(async () => {
    await money.redis.flushall();
    await money.openBuckets();
  });

  const scriptsRun = async (): Promise<number> =>
    Number(/cmdstat_evalsha:calls=(\d+)/.exec(await money.redis.info("commandstats"))?.[1] ?? 0);

  it("cost one command for money and one for caps, whosever they are", async () => {
    await holdTogether(money, [7]);
    const before = await scriptsRun();
    expect(await holdTogether(money, [8, 9, 72, 10])).toEqual(["held", "held", "held", "held"]);
    expect((await scriptsRun()) - before).toBe(2);
    expect(await money.redis.hget("{m8}:b:8", "h")).toBe("5000");
    expect(await money.redis.hget("{m8}:b:72", "h")).toBe("5000");
    expect(await holdTogether(money, [8, 11])).toEqual(["frequency_cap", "held"]);
  });

  it("are split where they are many: nobody else waits long", async () => {
    await holdTogether(money, [7]);
    const before = await scriptsRun();
    const advertisers = Array.from({ length: 150 }, (_, index) => 100 + index);
    expect(new Set(await holdTogether(money, advertisers))).toEqual(new Set(["held"]));
    expect((await scriptsRun()) - before).toBe(6);
  });

  it("do not suffer from each other's closed buckets and broken keys", async () => {
    await money.redis.del("{m8}:epoch");
    await money.redis.lpush("{m9}:b:9", "not a hash");
    await money.redis.lpush("{v:v10}:c", "not a log");
    expect(await holdTogether(money, [7, 8, 9, 10, 11])).toEqual([
      "held",
      "unavailable",
      "unavailable",
      "unavailable",
      "held",
    ]);
    await until(async () => (await money.redis.hget("{m10}:b:10", "h")) === "0");
  });

  it("that nobody gave back while they were due free the budget for whoever needs it", async () => {
    const limits = { totalBudgetMicros: 500_000 };
    const hold = (nowMs: number) =>
      money.holdBudgets([winner(limits)], asked({ nowMs, timeToLiveMs: 60_000 })).then(reasonOf);
    const first = await Promise.all(Array.from({ length: 101 }, () => hold(noonMs)));
    expect(first.filter((it) => it === "held")).toHaveLength(100);
    expect(await hold(noonMs + 59_999)).toBe("total_budget");
    expect(await hold(noonMs + 60_000)).toBe("held");
    expect(await money.redis.zcard("{m7}:x")).toBe(1);
    expect((await money.counters()).h).toBe("5000");
  });

  it("of which Redis forgot what they were close their bucket: only the ledger knows then", async () => {
    const request = winner();
    await money.holdBudgets([request], asked());
    expect(await money.redis.pttl(`{m7}:h:${holdIdOf(request)}`)).toBeGreaterThan(7_000_000);
    await money.redis.del(`{m7}:h:${holdIdOf(request)}`);
    await money.buckets.tend(noonMs + 60_000);
    expect(await money.redis.exists("{m7}:epoch")).toBe(0);
    expect(await money.redis.zcard("{m7}:x")).toBe(0);
  });

  it("leave logs short: what no longer counts goes once there are some entries", async () => {
    for (let index = 0; index < 40; index++) {
      const nowMs = noonMs + index * 60_000;
      const context = asked({ visitorKey: "v1", nowMs, timeToLiveMs: 60_000 });
      expect(reasonOf(await money.holdBudgets([winner()], context))).toBe("held");
    }
    expect(await money.redis.strlen("{v:v1}:c")).toBeLessThanOrEqual(1 + 9 * 18);
  });

  it("remember for an hour who was never shown what was chosen, and for a month who was", async () => {
    const hourMs = 3_600_000;
    for (const [visitorKey, frequencyCaps] of Object.entries({
      free: [],
      capped: caps,
    })) {
      const request = winner({ frequencyCaps });
      await money.holdBudgets([request], asked({ visitorKey }));
      const lifeMs = () => money.redis.pttl(`{v:${visitorKey}}:c`);
      expect(await lifeMs()).toBeGreaterThan(hourMs);
      expect(await lifeMs()).toBeLessThan(2 * hourMs);
      await money.record("impression", claimsOf(request), noonMs);
      await until(async () => (await lifeMs()) > 29 * 24 * hourMs);
    }
  });
});

describe("holds on a cluster", () => {
  let server: ChildProcess;
  let money: Money;

  beforeAll(async () => {
    const binary = inject("redisBinary");
    const dataDir = await mkdtemp(join(inject("testDir"), "cluster-"));
    const port = await freePort();
    const announced = ["--cluster-announce-ip", "127.0.0.1"];
    const settings = ["--cluster-enabled", "yes", ...announced, "--save", "", "--dir", dataDir];
    server = spawn(binary.command, ["--port", `${port}`, "--bind", "127.0.0.1", ...settings], {
      stdio: "ignore",
      env: { ...process.env, LD_LIBRARY_PATH: binary.libraryPath },
    });
    const admin = new Redis(port, "127.0.0.1", { maxRetriesPerRequest: null });
    admin.on("error", () => undefined);
    await admin.call("cluster", "addslotsrange", "0", "16383");
    await until(async () => String(await admin.cluster("INFO")).includes("cluster_state:ok"));
    admin.disconnect();
    money = await openMoney(`redis://127.0.0.1:${port}?cluster=true`);
    await money.openBuckets();
  });
  afterAll(() => {
    server.kill();
    money.close();
  });

  it("keep each command within one slot, and every request gets its own answer", async () => {
    const advertisers = [7, 8, 71, 9];
    expect(await holdTogether(money, advertisers)).toEqual(advertisers.map(() => "held"));
    expect(await holdTogether(money, [...advertisers, 10])).toEqual([
      ...advertisers.map(() => "frequency_cap"),
      "held",
    ]);
    const request = winner({ advertiserId: 12, campaignId: 12 });
    expect(reasonOf(await money.holdBudgets([request], asked()))).toBe("held");
    expect((await money.record("impression", claimsOf(request), noonMs)).status).toBe("counted");
    expect(money.errors).toEqual([]);
  });
});
