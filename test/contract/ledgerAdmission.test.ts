import { sql } from "kysely";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { LedgerRow } from "../../src/serving/ledgerRow.ts";
import { mediaCostOf } from "../../src/serving/mediaCost.ts";
import { admitToLedger } from "../../src/stores/postgres/ledger.ts";
import { type OpenStore, openCampaignStore } from "../support/campaignStore.ts";
import { storeCampaigns } from "../support/ledgerCampaigns.ts";
import { ledgerRow } from "../support/ledgerRows.ts";
import { noonMs } from "../support/money.ts";

let opened: OpenStore;
beforeEach(async () => {
  opened = await openCampaignStore();
});
afterEach(() => opened.close());

const admit = (rows: readonly LedgerRow[]) => admitToLedger(opened.db, rows);
const outcomeOf = async (rows: readonly LedgerRow[]) => {
  await admit(rows);
  const found = await sql<{ event_id: string; outcome: string }>`
    select event_id, coalesce(uncharged_reason, amount_micros::text) as outcome from ledger`.execute(
    opened.db,
  );
  const byEvent = new Map(found.rows.map((each) => [each.event_id, each.outcome]));
  return rows.map(({ eventId }) => byEvent.get(eventId) ?? "not there");
};
const sums = async () => {
  const { rows } = await sql<{ text: string }>`
    select concat_ws(' ', d.campaign_id, d.budget_day, d.spent_micros, t.spent_micros, a.spent_micros) as text
    from campaign_days d join campaign_totals t using (campaign_id)
      join advertiser_totals a on a.advertiser_id = t.advertiser_id order by 1`.execute(opened.db);
  return rows.map(({ text }) => text);
};
const rejects = async () => {
  const { rows } = await sql<{
    reason: string;
    line: string;
  }>`select reason, line from ledger_rejects order by id`.execute(opened.db);
  return rows;
};

describe("a charge enters while it fits", () => {
  it("into the total budget, to the micro", async () => {
    await storeCampaigns(opened.db, [
      { campaignId: 12, advertiserId: 7, totalBudgetMicros: 12_000 },
    ]);
    const rows = [
      ledgerRow(),
      ledgerRow(),
      ledgerRow(),
      ledgerRow({ amountMicros: 2_000 }),
      ledgerRow({ amountMicros: 1 }),
    ];
    expect(await outcomeOf(rows)).toEqual([
      "5000",
      "5000",
      "over_total_budget",
      "2000",
      "over_total_budget",
    ]);
    expect(await sums()).toEqual(["12 2026-06-01 12000 12000 12000"]);
  });

  it("into the daily budget of its own day", async () => {
    await storeCampaigns(opened.db, [
      { campaignId: 12, advertiserId: 7, dailyBudgetMicros: 10_000 },
    ]);
    const tomorrow = { budgetDay: "2026-06-02" };
    const rows = [ledgerRow(), ledgerRow(), ledgerRow(), ledgerRow(tomorrow), ledgerRow()];
    expect(await outcomeOf(rows)).toEqual([
      "5000",
      "5000",
      "over_daily_budget",
      "5000",
      "over_daily_budget",
    ]);
  });

  it("into the balance that the advertiser's campaigns share", async () => {
    await storeCampaigns(opened.db, [
      { campaignId: 12, advertiserId: 7, balanceMicros: 10_000 },
      { campaignId: 13, advertiserId: 7, balanceMicros: 10_000 },
      { campaignId: 14, advertiserId: 8 },
    ]);
    const rows = [
      ledgerRow(),
      ledgerRow({ campaignId: 13 }),
      ledgerRow(),
      ledgerRow({ campaignId: 14, advertiserId: 8 }),
    ];
    expect(await outcomeOf(rows)).toEqual(["5000", "5000", "over_balance", "5000"]);
  });

  it("in the order in which the events happened, whatever the order in which they come", async () => {
    await storeCampaigns(opened.db, [
      { campaignId: 12, advertiserId: 7, totalBudgetMicros: 10_000 },
    ]);
    const late = ledgerRow({ occurredAtMs: noonMs + 3_000 });
    const [first, second] = [1_000, 2_000].map((ms) => ledgerRow({ occurredAtMs: noonMs + ms }));
    expect(await outcomeOf([late, second!, first!])).toEqual(["over_total_budget", "5000", "5000"]);
  });

  it("under the limits of this moment: lowered below what is spent they stop it, raised they let it go on", async () => {
    const limit = (dailyBudgetMicros: number) =>
      storeCampaigns(opened.db, [{ campaignId: 12, advertiserId: 7, dailyBudgetMicros }]);
    await limit(20_000);
    expect(await outcomeOf([ledgerRow(), ledgerRow(), ledgerRow()])).toEqual([
      "5000",
      "5000",
      "5000",
    ]);
    await limit(10_000);
    expect(await outcomeOf([ledgerRow(), ledgerRow({ amountMicros: 1 })])).toEqual([
      "over_daily_budget",
      "over_daily_budget",
    ]);
    await limit(20_000);
    expect(await outcomeOf([ledgerRow(), ledgerRow()])).toEqual(["5000", "over_daily_budget"]);
  });

  it("for nobody else: house ads stay free, and a campaign that does not exist or is another shop's pays nothing", async () => {
    await storeCampaigns(opened.db, [
      { campaignId: 12, advertiserId: 7, priority: "house" },
      { campaignId: 13, advertiserId: 8 },
    ]);
    const rows = [
      ledgerRow(),
      ledgerRow({ amountMicros: 0 }),
      ledgerRow({ campaignId: 13 }),
      ledgerRow({ campaignId: 404, advertiserId: 404 }),
    ];
    expect(await outcomeOf(rows)).toEqual([
      "house_campaign",
      "0",
      "campaign_unknown",
      "campaign_unknown",
    ]);
  });
});

describe("a row of the ledger", () => {
  beforeEach(() => storeCampaigns(opened.db, [{ campaignId: 12, advertiserId: 7 }]));

  it("that is there already is left alone, and counted once", async () => {
    const row = ledgerRow();
    expect(await admit([row])).toEqual([
      { kind: "impression", reason: null, rows: 1, chargedMicros: 5_000 },
    ]);
    expect(await admit([row, { ...row, amountMicros: 1 }])).toEqual([]);
    expect(await sums()).toEqual(["12 2026-06-01 5000 5000 5000"]);
  });

  it.each<[string, Partial<LedgerRow>, string | RegExp]>([
    ["charges less than nothing", { amountMicros: -1 }, "ledger_amount_sign"],
    ["charges a fraction", { amountMicros: 0.5 }, /bigint/],
    ["is charged and not", { unchargedReason: "too_late" }, "ledger_uncharged_is_free"],
    ["is a conversion with a price", { kind: "conversion" }, "ledger_amount_sign"],
    ["has no creative", { creativeId: 0 }, "ledger_ids_positive"],
    ["is of a day that does not exist", { budgetDay: "2026-02-30" }, /date/],
    [
      "has a reason that is a novel",
      { amountMicros: 0, unchargedReason: "Why not?" },
      "ledger_reason_shape",
    ],
    ["has an endless id", { eventId: "e".repeat(401) }, "ledger_event_id_length"],
    ["holds a zero byte", { placementId: "a\0b" }, /Unicode escape/],
    ["happened never", { occurredAtMs: Number.NaN }, /occurred_at/],
    [
      "paid for media at a wrong rate",
      {
        media: {
          ...mediaCostOf(
            { ssp: "ssp", priceMicros: 4_000, currency: "USD" },
            { unitsPerEuro: 1.1, rateDate: "2026-06-01" },
          ),
          costMicros: 1_000,
        },
      },
      "ledger_media_exchange",
    ],
  ])(
    "that %s is set aside once, with the rule, and stops no other",
    async (_what, changes, rule) => {
      const [before, bad, after] = [ledgerRow(), ledgerRow(changes), ledgerRow()];
      const admitted = await admit([before, bad, after]);
      expect(admitted.find(({ kind }) => kind === null)).toMatchObject({
        rows: 1,
        chargedMicros: 0,
      });
      expect(await admit([before, bad, after])).toEqual([]);
      expect(await sums()).toEqual(["12 2026-06-01 10000 10000 10000"]);
      const [reject, ...others] = await rejects();
      expect(others).toEqual([]);
      expect(reject?.reason).toEqual(typeof rule === "string" ? rule : expect.stringMatching(rule));
      expect(reject?.line).toContain('"campaign_id":12');
    },
  );

  it("may be a conversion, which costs nothing and is counted by day", async () => {
    await admit([
      ledgerRow({ kind: "conversion", amountMicros: 0 }),
      ledgerRow({ kind: "viewable", amountMicros: 0 }),
    ]);
    const { rows } =
      await sql`select conversions, viewables, impressions from campaign_days`.execute(opened.db);
    expect(rows).toEqual([{ conversions: 1, viewables: 1, impressions: 0 }]);
  });

  it("keeps what its media cost, also when the shop is not charged", async () => {
    await storeCampaigns(opened.db, [
      { campaignId: 12, advertiserId: 7, totalBudgetMicros: 10_000 },
    ]);
    const rate = { unitsPerEuro: 1.0843, rateDate: "2026-05-29" };
    const media = mediaCostOf(
      { ssp: "exchange.example", priceMicros: 4_000, currency: "USD" },
      rate,
    );
    expect(media.costMicros).toBe(3_690);
    expect(
      await outcomeOf([ledgerRow({ media }), ledgerRow({ media }), ledgerRow({ media })]),
    ).toEqual(["5000", "5000", "over_total_budget"]);
    const { rows } = await sql`
      select amount_micros, media_ssp, media_price_micros, media_currency, media_rate::float8, media_rate_date,
        media_cost_micros, media_margin_micros from ledger order by id desc limit 1`.execute(
      opened.db,
    );
    expect(rows).toEqual([
      {
        amount_micros: 0,
        media_ssp: "exchange.example",
        media_price_micros: 4_000,
        media_currency: "USD",
        media_rate: 1.0843,
        media_rate_date: "2026-05-29",
        media_cost_micros: 3_690,
        media_margin_micros: -3_690,
      },
    ]);
    const days =
      await sql`select spent_micros, media_cost_micros, uncharged from campaign_days`.execute(
        opened.db,
      );
    expect(days.rows).toEqual([{ spent_micros: 10_000, media_cost_micros: 11_070, uncharged: 1 }]);
  });

  it("has a media side as a whole or none", async () => {
    await expect(
      sql`insert into ledger (event_id, kind, campaign_id, advertiser_id, creative_id, placement_id, budget_day,
        amount_micros, occurred_at, media_ssp) values ('m', 'impression', 1, 1, 1, 'p', '2026-06-01', 0, now(), 'ssp')`.execute(
        opened.db,
      ),
    ).rejects.toThrow(/ledger_media_whole/);
  });
});
