import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { pacedCampaign } from "../../support/pacedCampaign.ts";
import { bucketOpen } from "../../support/pacingBuckets.ts";
import { openPacingNode, type PacingNode } from "../../support/pacingNode.ts";
import {
  freshDatabase,
  freshRedis,
  type TestDatabase,
  type TestRedis,
} from "../../support/servers.ts";
import { until } from "../../support/until.ts";

let server: TestRedis;
let database: TestDatabase;
let node: PacingNode;
const others: PacingNode[] = [];

const day = "2026-06-01";
const noonMs = Date.UTC(2026, 5, 1, 10);

beforeEach(async () => {
  [server, database] = await Promise.all([freshRedis(), freshDatabase()]);
  node = await openPacingNode("node", server.url, database.url);
  await bucketOpen(node.redis, 7, true);
});
afterEach(async () => {
  await Promise.all([node, ...others.splice(0)].map((one) => one.close()));
  await Promise.all([server.close(), database.drop()]);
});

const other = async (...args: Partial<Parameters<typeof openPacingNode>[3]>[]) => {
  const opened = await openPacingNode(`other ${others.length}`, server.url, database.url, args[0]);
  others.push(opened);
  return opened;
};
const spend = (micros: number, campaignId = 12) =>
  node.redis.hset(`{m7}:b:${campaignId}`, "s", micros, `s:${day}`, micros);
const throttleOf = async (of: PacingNode, campaignId = 12) => {
  await of.throttles.takeOnce();
  return of.throttles.current().get(campaignId);
};

describe("a look at all campaigns", () => {
  it("reads what they have spent and gives every node their throttle", async () => {
    const reader = await other();
    node.set(12, pacedCampaign());
    expect(await node.job.runOnce(noonMs)).toMatchObject({ looked: 1, published: 1 });
    const atFirst = await throttleOf(reader);
    expect(atFirst).toBe(1);
    await spend(1_000_000);
    await node.job.runOnce(noonMs + 10_000);
    expect(await throttleOf(reader)).toBe(0);
    expect(reader.throttles.current().progressOf?.(12)).toMatchObject({
      spentShare: expect.closeTo(0.2, 3),
      plannedShare: expect.closeTo(0, 2),
    });
  });

  it("is done by one node only", async () => {
    const second = await other();
    for (const each of [node, second]) each.set(12, pacedCampaign());
    expect(await node.job.runOnce(noonMs)).not.toBeNull();
    expect(await second.job.runOnce(noonMs + 10)).toBeNull();
    expect(second.job.summary()).toMatchObject({ leading: false, paced: 0 });
    expect(node.job.summary()).toMatchObject({ leading: true, paced: 1 });
  });

  it("leaves a campaign as it was while its counters are being rebuilt", async () => {
    node.set(12, pacedCampaign());
    await spend(1_000_000);
    await node.job.runOnce(noonMs);
    await node.job.runOnce(noonMs + 10_000);
    const before = await throttleOf(node);
    await bucketOpen(node.redis, 7, false);
    await node.redis.del("{m7}:b:12");
    expect(await node.job.runOnce(noonMs + 20_000)).toMatchObject({ looked: 0 });
    expect(await throttleOf(node)).toBe(before);
  });

  it("tells nodes to forget a campaign that is not paced any more", async () => {
    node.set(12, pacedCampaign());
    await node.job.runOnce(noonMs);
    expect(await throttleOf(node)).toBeDefined();
    node.set(12, null);
    await node.job.heartbeatOnce(noonMs + 1_000);
    expect(await throttleOf(node)).toBeUndefined();
    expect(await throttleOf(await other())).toBeUndefined();
  });

  it("sees to a new campaign within a heartbeat, and to nothing else", async () => {
    node.set(12, pacedCampaign());
    await node.job.runOnce(noonMs);
    expect(await node.job.heartbeatOnce(noonMs + 1_000)).toBeNull();
    node.set(13, pacedCampaign({ campaignId: 13 }));
    expect(await node.job.heartbeatOnce(noonMs + 2_000)).toMatchObject({ looked: 1, published: 1 });
    expect(await throttleOf(node, 13)).toBeDefined();
  });

  it("gives everything again to a Redis that has forgotten everything", async () => {
    node.set(12, pacedCampaign());
    await node.job.runOnce(noonMs);
    await node.throttles.takeOnce();
    await node.redis.flushall();
    await bucketOpen(node.redis, 7, true);
    await node.job.runOnce(noonMs + 10_000);
    expect(await throttleOf(await other())).toBe(1);
  });
});

describe("a day's plan", () => {
  const planOf = async () => (await node.rows.load(12))?.state.plan;

  it("is stored, and is made anew from now on when the budget changes, up or down", async () => {
    node.set(12, pacedCampaign());
    await node.job.runOnce(noonMs);
    expect(await planOf()).toMatchObject({
      day,
      limitMicros: 5_000_000,
      fromMs: noonMs,
      fromMicros: 0,
    });
    await spend(1_000_000);
    node.set(12, pacedCampaign({ dailyBudgetMicros: 8_000_000 }));
    await node.job.heartbeatOnce(noonMs + 60_000);
    expect(await planOf()).toMatchObject({
      limitMicros: 8_000_000,
      fromMs: noonMs + 60_000,
      fromMicros: 1_000_000,
      targetMicros: 8_000_000,
    });
    node.set(12, pacedCampaign({ dailyBudgetMicros: 500_000 }));
    await node.job.heartbeatOnce(noonMs + 120_000);
    expect(await planOf()).toMatchObject({ limitMicros: 500_000, targetMicros: 1_000_000 });
    expect(await throttleOf(node)).toBe(0);
  });

  it("is made anew at midnight in Paris, with nothing spent of the new day", async () => {
    node.set(12, pacedCampaign());
    const midnightMs = Date.UTC(2026, 5, 1, 22);
    await spend(4_000_000);
    await node.job.runOnce(midnightMs - 5_000);
    await node.job.runOnce(midnightMs + 5_000);
    expect(await planOf()).toMatchObject({
      day: "2026-06-02",
      fromMicros: 0,
      targetMicros: 5_000_000,
    });
  });

  it("is made anew after hours in which nobody looked", async () => {
    node.set(12, pacedCampaign());
    await node.job.runOnce(noonMs);
    await node.job.runOnce(noonMs + 7_200_000);
    expect(await planOf()).toMatchObject({ fromMs: noonMs + 7_200_000, targetMicros: 5_000_000 });
  });

  it("is as much of a lone total budget as the day may have, whatever the day spends", async () => {
    const campaign = pacedCampaign({
      dailyBudgetMicros: null,
      totalBudgetMicros: 40_000_000,
      endsAtMs: Date.UTC(2026, 5, 8, 22),
      startsAtMs: Date.UTC(2026, 4, 31, 22),
    });
    node.set(12, campaign);
    await node.job.runOnce(noonMs);
    const plan = await planOf();
    expect(plan?.limitMicros).toBeGreaterThan(4_000_000);
    expect(plan?.limitMicros).toBeLessThan(6_000_000);
    await spend(2_000_000);
    await node.job.runOnce(noonMs + 10_000);
    expect(await planOf()).toEqual(plan);
  });
});

describe("the next leader", () => {
  it("goes on with the plan and the knowledge of the one before, once its lease has lapsed", async () => {
    const second = await other();
    for (const each of [node, second]) each.set(12, pacedCampaign());
    await node.job.runOnce(noonMs);
    for (let look = 1; look <= 12; look++) {
      await spend(look * 20_000);
      await node.job.runOnce(noonMs + look * 10_000);
    }
    const kept = await node.rows.load(12);
    expect(kept?.state.supply.wins).toBeGreaterThan(10);
    expect(await second.job.runOnce(noonMs + 125_000)).toBeNull();
    expect(await second.job.runOnce(noonMs + 155_000)).toMatchObject({ looked: 1 });
    const after = await second.rows.load(12);
    expect(after?.state.plan).toEqual(kept?.state.plan);
    expect(after?.state.supply.wins).toBeGreaterThan(10);
    expect(await node.job.runOnce(noonMs + 156_000)).toBeNull();
  });

  it("is not overwritten by one that was frozen in the middle of a look", async () => {
    let thaw: () => void = () => undefined;
    const frozen = new Promise<void>((resolve) => {
      thaw = resolve;
    });
    let isFrozen = false;
    const old = await other({
      readSpending: async (campaigns) => {
        isFrozen = true;
        await frozen;
        return campaigns.map(({ campaignId }) => ({
          campaignId,
          spentMicros: 0,
          heldMicros: 0,
          spentTodayMicros: 0,
          heldTodayMicros: 0,
        }));
      },
    });
    for (const each of [old, node]) each.set(12, pacedCampaign());
    await spend(5_000_000);
    const late = old.job.runOnce(noonMs);
    await until(() => isFrozen);
    await node.job.runOnce(noonMs + 4_000);
    expect(await throttleOf(node)).toBe(0);
    thaw();
    expect(await late).toBeNull();
    expect(old.job.summary().leading).toBe(false);
    expect(await throttleOf(node)).toBe(0);
    expect(await throttleOf(await other())).toBe(0);
  });

  it("begins without what was known when Postgres is away, and goes on without storing", async () => {
    await database.drop();
    node.set(12, pacedCampaign());
    expect(await node.job.runOnce(noonMs)).toMatchObject({ looked: 1, published: 1 });
    expect(node.errors).not.toHaveLength(0);
    expect(await throttleOf(node)).toBe(1);
    database = await freshDatabase();
  });
});
