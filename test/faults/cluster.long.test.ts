import { cp, rm } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { until } from "../support/until.ts";
import { type ClusterTown, openClusterTown, seenOf, soldSince } from "./clusterTown.ts";
import type { Load } from "./load.ts";
import { expectAllAnswered } from "./outage.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

/** From the death of a master to paid ads on its shard again: 1.5 s of silence, an election, and the rebuilding. */
const recoverWithinMs = 10_000;

let own: ClusterTown;
let load: Load;
beforeEach(async () => {
  own = await openClusterTown();
  load = own.startLoad();
  await until(() => seenOf(load, own.town.paidId) > 100, 20_000);
});
afterEach(async () => {
  await load?.stop();
  await own?.close();
});

/** Costs more than the others and has an end: sold out while something happens. */
const openSmall = (budgetMicros: number) =>
  own.town.system.openShop({
    bidMicros: 10_000_000,
    dailyBudgetMicros: null,
    totalBudgetMicros: budgetMicros,
  });

test("on a cluster every ad is answered, every view is charged once, and a budget is sold to its last cent", async () => {
  const { town } = own;
  const smallId = await openSmall(1_000_000);
  await until(async () => (await town.charged(smallId)).micros === 1_000_000, 30_000);
  const soldOutAtMs = performance.now();
  await until(() => soldSince(load, town.paidId, soldOutAtMs) > 100, 20_000);
  await own.expectChargedOnce(load);
  expectAllAnswered(load);
  expect(await town.charged(smallId)).toEqual({
    impressions: 100,
    micros: 1_000_000,
    uncharged: 0,
  });
});

test("a master that is killed under load is followed by its replica: ads go on, no charge is lost or doubled, and no budget is passed", async () => {
  const { town, cluster } = own;
  const smallId = await openSmall(3_000_000);
  await until(() => seenOf(load, smallId) > 20);
  const master = await own.masterOf(town.paidId);
  await master.crash();
  const killedAtMs = performance.now();
  await until(
    async () => (await own.masterOf(town.paidId).catch(() => master)) !== master,
    recoverWithinMs,
  );
  await until(() => soldSince(load, town.paidId, killedAtMs + 2_000) > 0, recoverWithinMs);
  const recoveredAtMs = performance.now();
  expect(recoveredAtMs - killedAtMs).toBeLessThan(recoverWithinMs);
  await master.start();
  await cluster.untilWhole();
  await until(async () => (await town.charged(smallId)).micros === 3_000_000, 30_000);
  await until(() => soldSince(load, town.paidId, recoveredAtMs) > 100, 20_000);
  await own.expectChargedOnce(load);
  expectAllAnswered(load);
  expect((await town.charged(smallId)).micros).toBe(3_000_000);
});

test("a replica that had fallen behind takes over: charges that it never heard of are told again, and counted once", async () => {
  const { town, cluster } = own;
  const { postgres } = town.system.stores;
  const master = await own.masterOf(town.paidId);
  const replica = own.partnerOf(master);
  const password = new URL(cluster.url.split(",")[0] ?? "").password;
  await replica.call("CONFIG", "SET", "masterauth", "wrong");
  await master.call("CLIENT", "KILL", "TYPE", "replica");
  await until(async () =>
    String(await master.call("INFO", "replication")).includes("connected_slaves:0"),
  );
  // What is sold now is nowhere but in the master.
  postgres.cut();
  const before = seenOf(load, town.paidId);
  await until(() => seenOf(load, town.paidId) > before + 60, 20_000);
  await master.crash();
  postgres.heal();
  await until(
    async () => (await own.masterOf(town.paidId).catch(() => master)) === replica,
    20_000,
  );
  await replica.call("CONFIG", "SET", "masterauth", password);
  const replacedAtMs = performance.now();
  await until(() => soldSince(load, town.paidId, replacedAtMs) > 20, 20_000);
  await own.expectChargedOnce(load);
  expectAllAnswered(load);
});

test("slots that move under load, one of them slowly: nothing is lost, charged twice or sold beyond the budget", async () => {
  const { town, cluster } = own;
  const smallId = await openSmall(3_000_000);
  await until(() => seenOf(load, smallId) > 20);
  for (const campaignId of [town.paidId, smallId, town.paidId]) {
    const slot = own.slotOfMoney(campaignId);
    const from = await cluster.masterOf(slot);
    const to = cluster.nodes.slice(0, 3).find((node) => node !== from);
    if (to === undefined) throw new Error("there is one master only");
    // So slowly that pages come in between.
    await cluster.moveSlot(slot, to, async () => {
      const pages = load.pages.length;
      await until(() => load.pages.length > pages);
    });
    expect(await cluster.masterOf(slot)).toBe(to);
    const movedAtMs = performance.now();
    await until(() => soldSince(load, town.paidId, movedAtMs) > 20, 20_000);
  }
  await until(async () => (await town.charged(smallId)).micros === 3_000_000, 30_000);
  await own.expectChargedOnce(load);
  expectAllAnswered(load);
  expect((await town.charged(smallId)).micros).toBe(3_000_000);
});

test("a shard that comes back from an older picture of itself sells nothing that was sold since", async () => {
  const { town } = own;
  const { drainer } = town.system.server.jobs;
  const smallId = await openSmall(2_000_000);
  await until(() => seenOf(load, smallId) > 50);
  const master = await own.masterOf(smallId);
  const files = join(master.folder, "appendonlydir");
  const older = join(master.folder, "older");
  await cp(files, older, { recursive: true });
  await until(() => seenOf(load, smallId) > 120);
  await load.stop();
  await until(async () => (await town.charged(smallId)).impressions === seenOf(load, smallId));
  await until(() => drainer.outboxState().unwritten === 0);

  // Its replica is gone too: there is nobody to take over.
  await own.partnerOf(master).crash();
  await master.crash();
  await rm(files, { recursive: true });
  await cp(older, files, { recursive: true });
  await master.start();

  const soldBefore = seenOf(load, smallId);
  load = own.startLoad();
  await until(async () => (await town.charged(smallId)).micros === 2_000_000, 30_000);
  const soldOutAtMs = performance.now();
  await until(() => soldSince(load, town.paidId, soldOutAtMs) > 50, 20_000);
  await load.stop();
  expect(await town.charged(smallId)).toEqual({
    impressions: 200,
    micros: 2_000_000,
    uncharged: 0,
  });
  expect(soldBefore + seenOf(load, smallId)).toBe(200);
});

test("while a shard is away the charges of the others reach the ledger, and house ads stand in for its own", async () => {
  const { town, cluster } = own;
  const master = await own.masterOf(town.paidId);
  const otherId = await openShopElsewhere(master.port);
  await own.partnerOf(master).crash();
  await master.crash();
  await until(() => town.system.server.jobs.drainer.closedBuckets() > 0);
  const before = (await town.charged(otherId)).impressions;
  await until(async () => (await town.charged(otherId)).impressions > before + 50, 20_000);
  expect(town.system.server.jobs.drainer.closedBuckets()).toBeGreaterThan(10);
  await Promise.all([master.start(), own.partnerOf(master).start()]);
  await cluster.untilWhole();
  const backAtMs = performance.now();
  await town.system.patch(`/v1/campaigns/${otherId}`, { status: "paused" }).expect(200);
  await until(() => soldSince(load, town.paidId, backAtMs) > 50, 20_000);
  await own.expectChargedOnce(load);
  expectAllAnswered(load);
});

/** A shop that pays more, and whose money is not where the given master is. */
async function openShopElsewhere(port: number): Promise<number> {
  const { system } = own.town;
  const fields = { bidMicros: 6_000_000, dailyBudgetMicros: 1_000_000_000_000 };
  for (;;) {
    const campaignId = await system.openShop(fields);
    if ((await own.masterOf(campaignId)).port !== port) return campaignId;
    await system.patch(`/v1/campaigns/${campaignId}`, { status: "paused" }).expect(200);
  }
}
