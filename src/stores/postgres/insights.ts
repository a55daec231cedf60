import { type Kysely, sql } from "kysely";
import type { DemandForecast, DemandSeries } from "../../reports/demand/demandTypes.ts";
import type {
  AffinityRow,
  InsightReads,
  InsightScope,
  InsightTables,
  InsightWrites,
  RetentionRow,
  TableOf,
} from "../../reports/demand/insightTypes.ts";
import { withPublicFaults } from "./faults.ts";

/** Reads answer with their public face: away → PublicError `unavailable`. */
export function createInsightReads<DB>(db: Kysely<DB>): InsightReads {
  const reads = createReads(db);
  return {
    readSeries: (filter) => withPublicFaults(() => reads.readSeries(filter)),
    readForecast: (...asked) => withPublicFaults(() => reads.readForecast(...asked)),
    readRetention: (category) => withPublicFaults(() => reads.readRetention(category)),
    readAffinities: (category) => withPublicFaults(() => reads.readAffinities(category)),
    readScope: () => withPublicFaults(reads.readScope),
  };
}

function createReads<DB>(db: Kysely<DB>): InsightReads {
  return {
    async readSeries({ category, departement }) {
      const { rows } = await sql<DemandSeries>`
        select category, departement, to_char(first_week, 'YYYY-MM-DD') as "firstWeek", events
        from demand_series
        where (${category}::text is null or category = ${category})
          and (${departement}::text is null or departement = ${departement})
        order by category, departement`.execute(db);
      return rows;
    },
    async readForecast(category, departement) {
      const { rows } = await sql<DemandForecast & { readonly madeFor: string }>`
        select category, departement, to_char(made_for, 'YYYY-MM-DD') as "madeFor", refusal, weeks, backtest
        from demand_forecasts where category = ${category} and departement = ${departement}`.execute(
        db,
      );
      return rows[0] ?? null;
    },
    readRetention: (category) => readTable<RetentionRow, DB>(db, "retention", category),
    readAffinities: (category) => readTable<AffinityRow, DB>(db, "affinities", category),
    readScope: () => readScope(db),
  };
}

async function readTable<Row, DB>(
  db: Kysely<DB>,
  question: keyof InsightTables,
  category: string,
): Promise<TableOf<Row> | null> {
  const { rows } = await sql<{ computed_at: Date; rows: readonly Row[] }>`
    select computed_at, rows from insight_tables
    where question = ${question} and category = ${category}`.execute(db);
  const [found] = rows;
  return found === undefined
    ? null
    : { computedAt: found.computed_at.toISOString(), rows: found.rows };
}

async function readScope<DB>(db: Kysely<DB>): Promise<InsightScope> {
  const { rows } = await sql<InsightScope>`
    select
      coalesce(array_agg(distinct category order by category), '{}') as categories,
      coalesce(array_agg(distinct departement order by departement)
        filter (where departement not in ('*', 'other')), '{}') as departements,
      to_char(min(first_week), 'YYYY-MM-DD') as "firstWeek",
      to_char(max(first_week + 7 * (cardinality(events) - 1)), 'YYYY-MM-DD') as "lastWeek"
    from demand_series`.execute(db);
  return rows[0] ?? { categories: [], departements: [], firstWeek: null, lastWeek: null };
}

export function createInsightWrites<DB>(db: Kysely<DB>): InsightWrites {
  return {
    async putSeries(series) {
      const rows = series.map(({ firstWeek, ...one }) => ({ ...one, first_week: firstWeek }));
      await sql`
        insert into demand_series (category, departement, first_week, events)
        select * from json_to_recordset(${JSON.stringify(rows)}::json)
          as told (category text, departement text, first_week date, events integer[])
        on conflict (category, departement)
        do update set first_week = excluded.first_week, events = excluded.events`.execute(db);
    },
    replaceForecasts: (madeFor, forecasts) =>
      db.transaction().execute(async (trx) => {
        await sql`delete from demand_forecasts`.execute(trx);
        await sql`
          insert into demand_forecasts (category, departement, made_for, refusal, weeks, backtest)
          select category, departement, ${madeFor}::date, refusal, weeks,
            case when jsonb_typeof(backtest) = 'null' then null else backtest end
          from json_to_recordset(${JSON.stringify(forecasts)}::json)
            as told (category text, departement text, refusal text, weeks jsonb, backtest jsonb)`.execute(
          trx,
        );
      }),
    async putTables(tables, computedAtMs) {
      const rows = (["retention", "affinities"] as const).flatMap((question) =>
        [...tables[question]].map(([category, of]) => ({ question, category, rows: of })),
      );
      await sql`
        insert into insight_tables (question, category, computed_at, rows)
        select question, category, to_timestamp(${computedAtMs / 1_000}::double precision), rows
        from json_to_recordset(${JSON.stringify(rows)}::json)
          as told (question text, category text, rows jsonb)
        on conflict (question, category)
        do update set computed_at = excluded.computed_at, rows = excluded.rows`.execute(db);
    },
    async forecastsMadeFor() {
      const { rows } = await sql<{ made_for: string | null }>`
        select to_char(min(made_for), 'YYYY-MM-DD') as made_for from demand_forecasts`.execute(db);
      return rows[0]?.made_for ?? null;
    },
  };
}
