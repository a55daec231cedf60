import { afterEach, describe, expect, test } from "vitest";
import { defaultPaidLimits, type PaidLimits } from "../../src/compose/servingState.ts";
import { until } from "../support/until.ts";
import { type Load, startLoad } from "./load.ts";
import { expectAllAnswered, openTown, readinessOf, type Town } from "./outage.ts";

let town: Town;
let load: Load;
afterEach(async () => {
  await load.stop();
  await town.close();
});

async function openUnderLoad(limits: Partial<PaidLimits>): Promise<void> {
  const paidLimits = { ...defaultPaidLimits, ...limits };
  town = await openTown({ options: { paidLimits } });
  load = startLoad(town.system.url);
  await until(() => paidAdsSeen() > 50);
}

const showsPaid = ({ ads }: Load["pages"][number]) =>
  ads.some(({ campaignId }) => campaignId === town.paidId);
const paidAdsSeen = () =>
  [...load.shown.values()].filter((campaignId) => campaignId === town.paidId).length;

/** The last pages all show the house ad and nothing else. */
const onlyHouse = () => load.pages.length > 100 && !load.pages.slice(-100).some(showsPaid);

async function expectManagementAway(): Promise<void> {
  const created = await town.system.post("/v1/advertisers", { name: "Fleurs", trade: "fleuriste" });
  expect(created.status).toBe(503);
  expect(created.headers["content-type"]).toMatch(/^application\/problem\+json/);
  expect(created.body.type).toBe("urn:atelier:problem:unavailable");
}

async function expectEverythingChargedOnce(): Promise<void> {
  await load.stop();
  expectAllAnswered(load);
  const seen = paidAdsSeen();
  const charged = { impressions: seen, micros: seen * 5_000, uncharged: 0 };
  await until(async () => (await town.charged(town.paidId)).impressions >= seen);
  expect(await town.charged(town.paidId)).toEqual(charged);
}

describe("Postgres under load", () => {
  test("cut: paid ads go on from the last snapshot until it is too old, then house ads; once it is back paid ads serve and every charge that waited is there once", async () => {
    await openUnderLoad({ oldestSnapshotMs: 3_000 });
    const { postgres } = town.system.stores;
    postgres.cut();
    const lostAtMs = performance.now();
    await expectManagementAway();
    await until(() => load.since(lostAtMs).filter(showsPaid).length > 60);
    const before = await town.charged(town.paidId);
    await until(async () => (await readinessOf(town.system.url)).reasons.includes("postgres"));
    expect(await readinessOf(town.system.url)).toMatchObject({ httpStatus: 200 });
    await until(onlyHouse);
    expect(await town.charged(town.paidId)).toEqual(before);

    postgres.heal();
    const backAtMs = performance.now();
    await until(() => load.since(backAtMs).filter(showsPaid).length > 50);
    await until(async () => (await readinessOf(town.system.url)).status === "ready");
    await expectEverythingChargedOnce();
  });

  test.runIf(process.env.TEST_LONG === "1")(
    "frozen: paid ads go on until too many charges wait, then house ads; management says 503; all is well once it thaws",
    async () => {
      await openUnderLoad({ outbox: { maxUnwritten: 200, maxAgeMs: 600_000 } });
      const { postgres } = town.system.stores;
      postgres.freeze();
      const refused = expectManagementAway();
      await until(onlyHouse);
      const before = await town.charged(town.paidId);
      expect(paidAdsSeen() - before.impressions).toBeGreaterThanOrEqual(200);
      expect(paidAdsSeen() - before.impressions).toBeLessThan(300);
      await until(async () => (await readinessOf(town.system.url)).reasons.includes("postgres"));
      await refused;

      postgres.heal();
      const backAtMs = performance.now();
      await until(() => load.since(backAtMs).filter(showsPaid).length > 50);
      await until(async () => (await readinessOf(town.system.url)).status === "ready");
      await expectEverythingChargedOnce();
    },
  );
});
