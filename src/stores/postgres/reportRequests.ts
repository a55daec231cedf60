import { type Kysely, sql } from "kysely";
import { budgetDayOf } from "../../budgets/budgetDay.ts";
import type { RequestFlush } from "../../jobs/requestCounts.ts";

/** More categories than this are not named: the rest is summed as unknown to whoever reads. */
const namedCategories = 10_000;

/** Adds a node's counts of requests; the same flush again adds nothing. Rejects when Postgres is away. */
export function createAddRequests<DB>(db: Kysely<DB>): (flush: RequestFlush) => Promise<void> {
  return ({ node, flush, counts, categories }) =>
    db.transaction().execute(async (transaction) => {
      const { rows } = await sql`
        insert into report_request_flushes as f (node, flush) values (${node}, ${flush})
        on conflict (node) do update set flush = excluded.flush, flushed_at = now() where f.flush < excluded.flush
        returning flush`.execute(transaction);
      if (rows.length === 0) return;
      const columns = counts.map(({ placementId, hourMs, device, category, requests }) => ({
        placement_id: placementId.replaceAll("\0", ""),
        budget_day: budgetDayOf(hourMs),
        hour: new Date(hourMs).toISOString(),
        device,
        category,
        requests,
      }));
      // In one order, so that nodes that add at the same time do not wait for each other crosswise.
      await sql`
        insert into report_requests as t (placement_id, budget_day, hour, device, category, requests)
        select placement_id, budget_day, hour, device, category, sum(requests)
        from jsonb_to_recordset(${JSON.stringify(columns)}::jsonb) as r (placement_id text, budget_day date, hour timestamptz,
          device smallint, category integer, requests double precision)
        group by 1, 2, 3, 4, 5 order by 2, 3, 1, 4, 5
        on conflict (budget_day, hour, placement_id, device, category)
          do update set requests = t.requests + excluded.requests`.execute(transaction);
      const named = [...categories].map(([category, path]) => ({ category, path }));
      await sql`
        insert into report_categories (category, path)
        select category, path from jsonb_to_recordset(${JSON.stringify(named)}::jsonb) as r (category integer, path text)
        where (select count(*) from report_categories) < ${namedCategories} order by category
        on conflict (category) do nothing`.execute(transaction);
    });
}
