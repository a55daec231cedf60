import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Kysely, sql } from "kysely";
import { expect } from "vitest";
import { budgetDayOf } from "../../src/budgets/budgetDay.ts";
import { until } from "../support/until.ts";
import { type Load, startLoad } from "./load.ts";
import { openTown } from "./outage.ts";
import { servingPort, startServing } from "./servingProcess.ts";

// As an address: options in the environment end at a space.
const shiftClock = pathToFileURL(join(import.meta.dirname, "..", "support", "shiftClock.ts")).href;
/** Nodes agree within half a round trip; this is the machine's own slowness. */
const nearMs = 5_000;

const seenOf = (load: Load, campaignId: number) =>
  [...load.shown.values()].filter((id) => id === campaignId).length;

/** Two nodes share a campaign, one with a wall clock that is off: totals are equal, and every charge has the common time. */
export async function expectEqualTotals(offMs: number): Promise<void> {
  const town = await openTown();
  const { stores, url, server } = town.system;
  const node = await startServing(
    {
      ...stores.environment,
      NODE_OPTIONS: `--import=${shiftClock}`,
      CLOCK_OFF_MS: String(offMs),
    },
    await servingPort(),
  );
  try {
    const startedAtMs = Date.now();
    const loads = [url, node.url].map((to) => startLoad(to, { readers: 10 }));
    await until(() => loads.every((load) => seenOf(load, town.paidId) > 60));
    await Promise.all(loads.map((load) => load.stop()));
    const seen = loads.reduce((sum, load) => sum + seenOf(load, town.paidId), 0);
    await until(async () => (await town.charged(town.paidId)).impressions >= seen);
    expect(await town.charged(town.paidId)).toEqual({
      impressions: seen,
      micros: seen * 5_000,
      uncharged: 0,
    });
    const { first, last, days } = await timesOf(server.stores.db, town.paidId);
    expect(first).toBeGreaterThan(startedAtMs - nearMs);
    expect(last).toBeLessThan(Date.now() + nearMs);
    expect(days.every((day) => [first, last].map(budgetDayOf).includes(day))).toBe(true);
  } finally {
    await node.kill();
    await town.close();
  }
}

async function timesOf<DB>(db: Kysely<DB>, campaignId: number) {
  const { rows } = await sql<{ first: number; last: number; days: readonly string[] }>`
    select (extract(epoch from min(occurred_at)) * 1000)::bigint as first,
      (extract(epoch from max(occurred_at)) * 1000)::bigint as last,
      array_agg(distinct budget_day::text) as days
    from ledger where campaign_id = ${campaignId}`.execute(db);
  return rows[0]!;
}
