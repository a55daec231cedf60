import { sql } from "kysely";
import type { BidNoticeClaims } from "../../src/serving/bidPorts.ts";
import type { TrackedEventKind } from "../../src/serving/ports.ts";
import { storeCampaigns } from "./ledgerCampaigns.ts";
import { claimsOf, type Money, noonMs, openLedger, openMoney, winner } from "./money.ts";
import { freshDatabase, freshRedis, type TestRedis } from "./servers.ts";

/** What the ledger has of bills, and what its sums say. */
export interface ToldBooks {
  readonly ledger: readonly Readonly<Record<string, unknown>>[];
  readonly hours: readonly Readonly<Record<string, number | string>>[];
}

export interface NoticeBooks {
  readonly server: TestRedis;
  readonly money: Money;
  /** The pixel of a bid: its shop pays €5 per thousand, unless told otherwise. */
  readonly show: (
    bid: BidNoticeClaims,
    kind?: TrackedEventKind,
    nowMs?: number,
    pricing?: "cpm" | "cpc",
  ) => ReturnType<Money["record"]>;
  /** What the books say after everything was moved to them. */
  readonly told: () => Promise<ToldBooks>;
  readonly close: () => Promise<void>;
}

/** What campaign 12 of these tests may spend: enough. */
export const noticeLimits = {
  totalBudgetMicros: 1_000_000,
  dailyBudgetMicros: null,
  balanceMicros: null,
};

/** Books on stores of their own: campaign 12 pays by impression, 13 by click, both of advertiser 7. */
export async function openNoticeBooks(): Promise<NoticeBooks> {
  const [server, database] = await Promise.all([freshRedis(), freshDatabase()]);
  const money = await openMoney(server.url);
  await money.openBuckets();
  const books = openLedger(database.url, money);
  await storeCampaigns(books.db, [
    { campaignId: 12, advertiserId: 7, totalBudgetMicros: 1_000_000 },
    { campaignId: 13, advertiserId: 7 },
  ]);
  await sql`update campaigns set pricing = 'cpc' where id = 13`.execute(books.db);
  return {
    server,
    money,
    show(bid, kind = "impression", nowMs = noonMs + 2_000, pricing = "cpm") {
      const request = winner({ ...bid, amountMicros: 5_000 });
      const claims = claimsOf(request, { placementId: "ssp/demo", pricing, holdId: bid.holdId });
      return money.record(kind, claims, nowMs);
    },
    async told() {
      await books.drainer.runOnce();
      const { rows: ledger } = await sql<Readonly<Record<string, unknown>>>`
        select event_id, amount_micros, media_ssp, media_price_micros, media_currency, media_cost_micros
        from ledger where kind = 'media' order by id`.execute(books.db);
      const { rows: hours } = await sql<Readonly<Record<string, number | string>>>`
        select * from ssp_hours order by ssp, hour, currency`.execute(books.db);
      return { ledger, hours };
    },
    async close() {
      await books.drainer.stop();
      money.close();
      await books.close();
      await Promise.all([server.close(), database.drop()]);
    },
  };
}
