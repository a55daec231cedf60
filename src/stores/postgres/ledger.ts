import { type Kysely, sql, type Transaction } from "kysely";
import type { Admitted, Ledger, LedgerSession, Reject } from "../../serving/ledgerPorts.ts";
import type { LedgerEventKind, LedgerRow } from "../../serving/ledgerRow.ts";
import { keepConversions } from "./conversions.ts";
import { readNextToCompare, saveNextToCompare } from "./ledgerComparison.ts";
import { toLedgerLine } from "./ledgerLine.ts";
import { readCampaigns, readKnownEvents, readSpending } from "./ledgerSpending.ts";
import { keepFacets } from "./reportFacets.ts";

/** "atelier ledger" as a number: whoever holds this lock moves charges from Redis to the ledger. */
export const ledgerLock = 4_172_031_992;
/** More rows travel in several statements of the same transaction. */
const rowsPerStatement = 1_000;

export interface PostgresLedgerOptions {
  /** Told what each committed transaction admitted. */
  readonly onAdmitted?: (admitted: readonly Admitted[]) => void;
}

/** The ledger in Postgres. Every function rejects when Postgres is away. */
export function createPostgresLedger<DB>(
  db: Kysely<DB>,
  options: PostgresLedgerOptions = {},
): Ledger {
  return {
    async exclusively(work) {
      const admitted: Admitted[] = [];
      const outcome = await db.transaction().execute(async (transaction) => {
        const lock = await sql<{
          locked: boolean;
        }>`select pg_try_advisory_xact_lock(${ledgerLock}) as locked`.execute(transaction);
        if (lock.rows[0]?.locked !== true) return { ran: false } as const;
        const session = createSession(transaction, admitted);
        return { ran: true, result: await work(session) } as const;
      });
      if (admitted.length > 0) options.onAdmitted?.(admitted);
      return outcome;
    },
  };
}

function createSession<DB>(transaction: Transaction<DB>, admitted: Admitted[]): LedgerSession {
  return {
    async append(rows) {
      let added = 0;
      // The locks of one advertiser guard its campaigns; whoever takes several takes them in this order.
      const ordered = rows.toSorted(byAdvertiserThenTime);
      for (let from = 0; from < ordered.length; from += rowsPerStatement) {
        const lines = ordered.slice(from, from + rowsPerStatement);
        const batch = await admitToLedger(transaction, lines);
        admitted.push(...batch);
        await keepConversions(transaction, lines);
        await keepFacets(transaction, lines);
        added += countRows(batch);
      }
      return added;
    },
    setAside: (rejects) => setAside(transaction, rejects),
    campaignsOf: (bucket) => readCampaigns(transaction, bucket),
    nextToCompare: (pauseMs) => readNextToCompare(transaction, pauseMs),
    saveNextToCompare: (bucket) => saveNextToCompare(transaction, bucket),
    knownEvents: (eventIds) => readKnownEvents(transaction, eventIds),
    spendingOf: (buckets, sinceDay) => readSpending(transaction, buckets, sinceDay),
  };
}

/**
 * Admits one batch in one statement: locks, decisions and sums are the database's own, so that any number of writers may
 * do it at once. Answers what became of the rows that are new.
 */
export async function admitToLedger<DB>(
  db: Kysely<DB>,
  rows: readonly LedgerRow[],
): Promise<readonly Admitted[]> {
  if (rows.length === 0) return [];
  const result = await sql<{
    line_kind: LedgerEventKind | null;
    line_reason: string | null;
    lines: number;
    micros: number;
  }>`select * from admit_to_ledger(${rows.map(toLedgerLine)}::text[])`.execute(db);
  return result.rows.map((row) => ({
    kind: row.line_kind,
    reason: row.line_reason,
    rows: row.lines,
    chargedMicros: row.micros,
  }));
}

function byAdvertiserThenTime(a: LedgerRow, b: LedgerRow): number {
  return a.advertiserId - b.advertiserId || a.occurredAtMs - b.occurredAtMs;
}

function countRows(admitted: readonly Admitted[]): number {
  return admitted.reduce((sum, { kind, rows }) => (kind === null ? sum : sum + rows), 0);
}

async function setAside<DB>(db: Kysely<DB>, rejects: readonly Reject[]): Promise<void> {
  if (rejects.length === 0) return;
  // Postgres text cannot hold a zero byte.
  const text = (value: string, most: number) => value.replaceAll("\0", "").slice(0, most);
  await sql`
    insert into ledger_rejects (line, reason)
    select line, reason from unnest(${rejects.map(({ line }) => text(line, 5_000))}::text[],
      ${rejects.map(({ reason }) => text(reason, 300))}::text[]) as r (line, reason)
    on conflict (md5(line)) do nothing`.execute(db);
}
