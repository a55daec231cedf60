import { afterAll, beforeAll, expect, it } from "vitest";
import { createRandom } from "../../src/demo/random.ts";
import { isWritten, readBooks, runMarket, unhurried } from "../support/bidMarket.ts";
import { openSsp } from "../support/bids.ts";
import { type System, startSystem } from "../support/system.ts";
import { until } from "../support/until.ts";

let clockMs = Date.UTC(2026, 5, 1, 9);
let system: System;
beforeAll(async () => {
  const clock = { nowMs: () => clockMs, correct: async () => undefined };
  system = await startSystem({}, undefined, { clock });
});
afterAll(() => system.close());

/** Of all shops together: one impression is half a percent of a single one's day. */
const house = { costMicros: 0, houseMicros: 0 };

/** Rare, as in open auctions; usual; every second. */
for (const percent of [1, 5, 50])
  it(`a shop of one euro a day spends nearly all of it, and never more, where ${percent} % of its bids win`, async () => {
    const ssp = `wins-${percent}`;
    await openSsp(system, { ...unhurried, name: ssp, marginPermille: 200 });
    const fields = { dailyBudgetMicros: 1_000_000, bidMicros: 5_000_000 };
    const campaignId = await system.openShop(fields);
    const { made, won } = await runMarket(system, {
      ssp,
      seconds: percent === 1 ? 2_700 : 1_500,
      requestsPerSecond: 20,
      winRate: percent / 100,
      random: createRandom(percent).next,
      clearingPrice: 3,
      startMs: clockMs,
      setClock: (nowMs) => {
        clockMs = nowMs;
      },
    });
    await until(() => isWritten(system));
    const { spending, account } = await readBooks(system, campaignId, ssp);
    const shown = {
      made,
      won,
      ...spending,
      house: account.houseMicros,
      share: account.housePermille,
    };
    process.stderr.write(`${ssp}: ${JSON.stringify(shown)}\n`);
    expect(spending.chargedMicros).toBeGreaterThan(850_000);
    expect(spending.chargedMicros).toBeLessThanOrEqual(1_000_000);
    house.costMicros += account.costMicros;
    house.houseMicros += account.houseMicros;
    await system.patch(`/v1/campaigns/${campaignId}`, { status: "ended" });
  }, 600_000);

it("the house pays for at most half a percent of what the SSPs bill", () => {
  expect(house.costMicros).toBeGreaterThan(1_000_000);
  expect(house.houseMicros / house.costMicros).toBeLessThanOrEqual(0.005);
});
