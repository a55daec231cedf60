import fc from "fast-check";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, it } from "vitest";
import { admitToLedger } from "../../src/stores/postgres/ledger.ts";
import { createDatabase } from "../../src/stores/postgres/pool.ts";
import { type OpenStore, openCampaignStore } from "../support/campaignStore.ts";
import { type LedgerCampaign, storeCampaigns } from "../support/ledgerCampaigns.ts";
import { createLedgerModel } from "../support/ledgerModel.ts";
import { ledgerRow } from "../support/ledgerRows.ts";
import { noonMs } from "../support/money.ts";

let opened: OpenStore;
beforeAll(async () => {
  opened = await openCampaignStore();
});
afterAll(() => opened.close());

const days = ["2026-06-01", "2026-06-02"] as const;
/** Sums of the ledger's own rows, and whether the totals beside it say the same. */
async function auditOf(campaignIds: readonly number[]) {
  const ids = sql`any(${[...campaignIds]}::bigint[])`;
  const { rows } = await sql<{ rows: number; micros: number; total: number; days: number }>`
    select (select count(*) from ledger where campaign_id = ${ids}) as rows,
      (select coalesce(sum(amount_micros), 0)::bigint from ledger where campaign_id = ${ids}) as micros,
      (select coalesce(sum(spent_micros), 0)::bigint from campaign_totals where campaign_id = ${ids}) as total,
      (select coalesce(sum(spent_micros), 0)::bigint from campaign_days where campaign_id = ${ids}) as days`.execute(
    opened.db,
  );
  return rows[0]!;
}

it("eight writers at once, telling overlapping events of overlapping campaigns, spend every budget to the last price and lose nothing", async () => {
  // 20 campaigns of 5 shops: totals that 37 prices fit into, days that 20 do; one shop's balance is smaller than its budgets.
  const campaigns = Array.from({ length: 20 }, (_, index): LedgerCampaign & { id: number } => ({
    id: index,
    campaignId: 100 + index,
    advertiserId: 50 + (index % 5),
    totalBudgetMicros: 37 * 5_000 + 4_999,
    dailyBudgetMicros: 20 * 5_000 + 1,
    balanceMicros: index % 5 === 0 ? 100 * 5_000 : null,
  }));
  await storeCampaigns(opened.db, campaigns);
  const rows = campaigns.flatMap(({ campaignId, advertiserId }) =>
    Array.from({ length: 120 }, (_, index) =>
      ledgerRow({
        eventId: `w${campaignId}.${index}.impression`,
        campaignId,
        advertiserId,
        budgetDay: days[index % 2]!,
        occurredAtMs: noonMs + index,
      }),
    ),
  );
  const db = createDatabase({ url: opened.url, maxConnections: 8, statementTimeoutMs: 30_000 });
  // Every event is told by two writers, in batches that begin elsewhere and run the other way round. A deadlock would reject.
  const writers = Array.from({ length: 8 }, async (_, writer) => {
    const mine = rows.filter((_row, index) => index % 4 === writer % 4);
    const told = writer < 4 ? mine : mine.toReversed();
    let written = 0;
    for (let from = 0; from < told.length; from += 75) {
      const admitted = await admitToLedger(db, told.slice(from, from + 75));
      for (const each of admitted) written += each.rows;
    }
    return written;
  });
  const written = await Promise.all(writers);
  expect(written.reduce((sum, count) => sum + count)).toBe(rows.length);

  // 4 shops pay 37 prices for each of 4 campaigns, the fifth has money for 100.
  const expected = 4 * 4 * 37 * 5_000 + 100 * 5_000;
  const audit = await auditOf(campaigns.map(({ campaignId }) => campaignId));
  expect(audit).toEqual({ rows: rows.length, micros: expected, total: expected, days: expected });
  const over = await sql`
    select d.campaign_id from campaign_days d join campaigns c on c.id = d.campaign_id
    where d.spent_micros > c.daily_budget_micros`.execute(db);
  expect(over.rows).toEqual([]);
  await db.destroy();
});

const limit = fc.option(fc.integer({ min: 10_000, max: 60_000 }), { nil: null });
const limits = fc
  .record({ total: limit, daily: limit })
  // Nothing below one price, and no day that is larger than all days.
  .map(({ total, daily }) => ({
    totalBudgetMicros: total !== null && daily !== null ? Math.max(total, daily) : total,
    dailyBudgetMicros: daily,
  }));
const event = fc.record({
  number: fc.integer({ min: 0, max: 60 }),
  campaign: fc.integer({ min: 0, max: 3 }),
  day: fc.constantFrom(...days),
  amountMicros: fc.constantFrom(0, 1, 999, 5_000, 9_999, 30_000),
  atMs: fc.integer({ min: 0, max: 5 }),
});
const step = fc.record({
  limits: fc.array(limits, { minLength: 4, maxLength: 4 }),
  balances: fc.array(limit, { minLength: 2, maxLength: 2 }),
  events: fc.array(event, { maxLength: 25 }),
});

it("batch after batch, with limits that change between them, it does what a plain model does", async () => {
  let world = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 4 }), async (steps) => {
      const first = 1_000 + 4 * world++;
      const model = createLedgerModel();
      for (const { limits: limitsOf, balances, events } of steps) {
        const campaigns = limitsOf.map((given, index) => ({
          ...given,
          campaignId: first + index,
          advertiserId: first + (index % 2),
          balanceMicros: balances[index % 2] ?? null,
        }));
        await storeCampaigns(opened.db, campaigns);
        const rows = events.map((one) =>
          ledgerRow({
            eventId: `p${first}.${one.number}.impression`,
            campaignId: first + one.campaign,
            advertiserId: first + (one.campaign % 2),
            budgetDay: one.day,
            amountMicros: one.amountMicros,
            occurredAtMs: noonMs + one.atMs,
          }),
        );
        const told = new Map(rows.map((row) => [row.eventId, row]));
        await admitToLedger(opened.db, [...told.values()]);
        const outcomes = model.admit([...told.values()], campaigns);
        const { rows: found } = await sql<{ event_id: string; outcome: string }>`
          select event_id, coalesce(uncharged_reason, amount_micros::text) as outcome from ledger
          where event_id = any(${[...outcomes.keys()]}::text[])`.execute(opened.db);
        const recorded = new Map(found.map((each) => [each.event_id, each.outcome]));
        expect(recorded).toEqual(outcomes);
        for (const { campaignId } of campaigns) {
          const { total, days: byDay } = await auditOf([campaignId]);
          expect([total, byDay]).toEqual([
            model.spent(`c${campaignId}`),
            model.spent(`c${campaignId}`),
          ]);
        }
      }
    }),
    { numRuns: 40 },
  );
});
