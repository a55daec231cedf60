import { type Kysely, sql } from "kysely";
import type {
  CreditOutcome,
  CreditWrite,
  LedgerBooks,
  LedgerEntry,
  LedgerFilter,
} from "../../campaigns/ledgerBooks.ts";
import type { OrderedPage, PageOfItems } from "../../campaigns/repository.ts";
import type { CounterChange } from "../../serving/ledgerPorts.ts";
import type { Database } from "./database.ts";
import { withPublicFaults } from "./faults.ts";
import { cutPage, keysetOf } from "./keyset.ts";
import { ledgerLock } from "./ledger.ts";
import { type LedgerEntryRow, ledgerEntryColumns, rowToLedgerEntry } from "./ledgerEntryRow.ts";
import { readDaySums, readTotalSums } from "./ledgerSums.ts";
import { insertAudit } from "./rowWrites.ts";

export interface LedgerBooksDeps {
  /** Moves the counters by which budgets are held; a rejection is reported, and mended by the comparison with the ledger. */
  readonly moveCounters: (
    advertiserId: number,
    changes: readonly CounterChange[],
  ) => Promise<unknown>;
  readonly onError: (error: unknown) => void;
}

interface CreditRow {
  readonly outcome: CreditOutcome["outcome"];
  readonly left_micros: number;
  readonly entry_id: number | null;
}

/** The ledger for people: credits, entries, sums. */
export function createLedgerBooks(db: Kysely<Database>, deps: LedgerBooksDeps): LedgerBooks {
  return {
    giveCredit: (credit) => withPublicFaults(() => giveCredit(db, deps, credit)),
    readEntries: (filter, page) => withPublicFaults(() => readEntries(db, filter, page)),
    readTotals: (campaignId) => withPublicFaults(() => readTotalSums(db, campaignId)),
    readDays: (campaignId, page) => withPublicFaults(() => readDaySums(db, campaignId, page)),
  };
}

/**
 * Entry and counters change while nobody else moves charges or compares: whoever compares sees both or neither. Where the
 * commit fails after the counters have moved, the next comparison moves them back; meanwhile the ledger admits no more.
 */
async function giveCredit(
  db: Kysely<Database>,
  deps: LedgerBooksDeps,
  credit: CreditWrite,
): Promise<CreditOutcome> {
  const { entryEventId, campaignId, eventId, day, amountMicros, reason, givenBy } = credit;
  return db.transaction().execute(async (transaction) => {
    await sql`select pg_advisory_xact_lock(${ledgerLock})`.execute(transaction);
    const { rows } = await sql<CreditRow>`
      select * from give_ledger_credit(${entryEventId}, ${campaignId}::bigint, ${eventId}, ${day}::date,
        ${amountMicros}::bigint, ${reason}, ${givenBy}, ${credit.apiKeyId}::integer)`.execute(
      transaction,
    );
    const { outcome, left_micros: leftMicros, entry_id: entryId } = rows[0]!;
    if (outcome === "too_much") return { outcome, leftMicros };
    if (outcome === "unknown_event" || outcome === "unknown_day") return { outcome };
    const entries = await sql<LedgerEntryRow>`
      select ${ledgerEntryColumns} from ledger where id = ${entryId}`.execute(transaction);
    const entry = rowToLedgerEntry(entries.rows[0]!);
    if (outcome === "given") {
      const actor = credit.actor ?? { apiKeyId: credit.apiKeyId, label: givenBy };
      await insertAudit(
        transaction,
        "campaign",
        [{ id: campaignId, before: null, after: { credit: entry } }],
        actor,
      );
      const { advertiserId, day: ofDay, amountMicros: micros } = entry;
      const changes: readonly CounterChange[] = [
        { counter: "campaign", id: campaignId, day: null, micros },
        { counter: "campaign", id: campaignId, day: ofDay, micros },
        { counter: "advertiser", id: advertiserId, day: null, micros },
      ];
      await deps.moveCounters(advertiserId, changes).catch(deps.onError);
    }
    return { outcome, entry };
  });
}

async function readEntries(
  db: Kysely<Database>,
  { campaignId, kind, day, withMedia }: LedgerFilter,
  page: OrderedPage,
): Promise<PageOfItems<LedgerEntry>> {
  const { after, suffix } = keysetOf(sql`id`, page);
  const ofKind = kind === undefined ? sql`` : sql` and kind = ${sql.lit(kind)}`;
  // The partial index of the rarer kinds is used only where the query says that it is not about impressions.
  const rare = kind === undefined || kind === "impression" ? sql`` : sql` and kind <> 'impression'`;
  const ofShop = withMedia ? sql`` : sql` and kind <> 'media'`;
  const ofDay = day === undefined ? sql`` : sql` and budget_day = ${day}::date`;
  const { rows } = await sql<LedgerEntryRow>`
    select ${ledgerEntryColumns} from ledger
    where campaign_id = ${campaignId}${ofKind}${rare}${ofShop}${ofDay} and ${after} ${suffix}`.execute(
    db,
  );
  return cutPage(rows.map(rowToLedgerEntry), page, ({ entryId }) => entryId);
}
