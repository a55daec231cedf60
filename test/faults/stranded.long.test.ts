import { afterEach, beforeEach, expect, test } from "vitest";
import { until } from "../support/until.ts";
import { type Load, startLoad } from "./load.ts";
import { expectAllAnswered, openTown, readinessOf, type Town } from "./outage.ts";

/** A server that has moved: its old connections stay open and say nothing, new ones find it. */
let town: Town;
let load: Load;
beforeEach(async () => {
  town = await openTown();
  load = startLoad(town.system.url, { readers: 10 });
  await until(() => paidSeen() > 50);
});
afterEach(async () => {
  await load.stop();
  await town.close();
});

const paidSeen = () => [...load.shown.values()].filter((id) => id === town.paidId).length;
const showsPaid = ({ ads }: Load["pages"][number]) =>
  ads.some(({ campaignId }) => campaignId === town.paidId);

async function expectChargedOnce(deadlineMs: number): Promise<void> {
  await load.stop();
  expectAllAnswered(load);
  const seen = paidSeen();
  await until(async () => (await town.charged(town.paidId)).impressions >= seen, deadlineMs);
  expect(await town.charged(town.paidId)).toEqual({
    impressions: seen,
    micros: seen * 5_000,
    uncharged: 0,
  });
}

test("Redis: house ads for a moment, then paid ads again on new connections", async () => {
  town.system.stores.redis.strand();
  const movedAtMs = performance.now();
  await until(() => load.since(movedAtMs).some((page) => page.ads.length > 0 && !showsPaid(page)));
  const lostAtMs = performance.now();
  await until(() => load.since(lostAtMs).filter(showsPaid).length > 100, 5_000);
  await expectChargedOnce(10_000);
}, 60_000);

test("Postgres: paid ads go on, a pause is served within seconds, the ledger catches up", async () => {
  town.system.stores.postgres.strand();
  const movedAtMs = performance.now();
  await until(() => load.since(movedAtMs).filter(showsPaid).length > 100);
  await until(async () => {
    const paused = await town.system.patch(`/v1/campaigns/${town.paidId}`, { status: "paused" });
    expect([200, 503]).toContain(paused.status);
    return paused.status === 200;
  }, 15_000);
  await until(() => load.pages.length > 100 && !load.pages.slice(-50).some(showsPaid), 10_000);
  await until(async () => (await readinessOf(town.system.url)).status === "ready");
  // A job gives a connection up that has said nothing for 31 s, and may then be handed another such one.
  await expectChargedOnce(70_000);
}, 150_000);

test("DynamoDB: nobody waits, and it is asked again on new connections", async () => {
  town.system.stores.dynamodb.strand();
  await until(async () => (await readinessOf(town.system.url)).status === "ready", 10_000);
  await expectChargedOnce(10_000);
}, 60_000);
