import { type Kysely, sql, type Transaction } from "kysely";
import type { LedgerRow } from "../../serving/ledgerRow.ts";

/**
 * Keeps what reports ask about events, beside the ledger and in its transaction, until the events are in the sums. Told
 * again, it changes nothing.
 */
export async function keepFacets<DB>(
  transaction: Transaction<DB>,
  rows: readonly LedgerRow[],
): Promise<void> {
  const known = rows.flatMap(({ eventId, facets }) =>
    facets === undefined ? [] : [{ event_id: eventId, ...facets }],
  );
  if (known.length === 0) return;
  await sql`
    insert into report_facets (event_id, device, category, area, cell, reach, distance)
    select f.event_id, f.device, f.category, f.area, f.cell, f.reach, coalesce(f.distance, 0)
    from jsonb_to_recordset(${JSON.stringify(known)}::jsonb)
      as f (event_id text, device smallint, category integer, area bigint, cell integer, reach integer, distance smallint)
    -- Not of rows that were set aside.
    where exists (select from ledger l where l.event_id = f.event_id)
    on conflict (event_id) do nothing`.execute(transaction);
}

/** Facets of events that are in no batch any more (told again after they were summed) are of no use. */
export async function pruneFacets<DB>(db: Kysely<DB>): Promise<number> {
  const result = await sql`
    delete from report_facets where event_id in (
      select event_id from report_facets where recorded_at < now() - interval '1 day'
        and not exists (select from report_batches where added_at < now() - interval '1 day') limit 5000)`.execute(
    db,
  );
  return Number(result.numAffectedRows ?? 0);
}
