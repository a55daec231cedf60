import { type Kysely, sql } from "kysely";
import type { PacedMode } from "../../budgets/pacing/pacedCampaign.ts";
import type { FoundLag, HealthFacts } from "../../reports/campaignHealth.ts";
import type { CampaignsTable, Database } from "./database.ts";
import { withPublicFaults } from "./faults.ts";

interface HealthRow {
  readonly id: number;
  readonly status: CampaignsTable["status"];
  readonly starts_on: string;
  readonly ends_on: string | null;
  readonly pricing: CampaignsTable["pricing"];
  readonly priority: CampaignsTable["priority"];
  readonly bid_micros: number;
  readonly total_budget_micros: number | null;
  readonly daily_budget_micros: number | null;
  readonly spent_total: number;
  readonly spent_today: number;
  readonly mode: PacedMode | null;
  readonly hours: readonly number[] | null;
  readonly planned_from: Date | null;
  readonly from_micros: number | null;
  readonly limit_micros: number | null;
  readonly target_micros: number | null;
  readonly found: FoundLag["status"] | null;
  readonly reason: string | null;
  readonly diagnosed_at: Date | null;
  readonly words: { readonly fr: string; readonly en: string } | null;
  readonly lever: string | null;
}

/**
 * What is stored of some campaigns' day, in one question; those that are not there, or belong to advertisers that are not
 * named (null = all), are absent. `dayStartMs` is the beginning of `day`.
 */
export type ReadHealthFacts = (
  campaignIds: readonly number[],
  advertiserIds: readonly number[] | null,
  day: string,
  dayStartMs: number,
) => Promise<readonly HealthFacts[]>;

/** Faults: PublicError `unavailable` when the store is away. */
export function createReadHealthFacts(db: Kysely<Database>): ReadHealthFacts {
  return (campaignIds, advertiserIds, day, dayStartMs) =>
    withPublicFaults(async () => {
      const visible =
        advertiserIds === null
          ? sql`true`
          : sql`c.advertiser_id = any(${[...advertiserIds]}::integer[])`;
      // A diagnosis tells of the campaign as it was then: what was found before its last change counts no more.
      const { rows } = await sql<HealthRow>`
        select c.id, c.status, c.starts_on, c.ends_on, c.pricing, c.priority, c.bid_micros, c.total_budget_micros,
          c.daily_budget_micros, coalesce(t.spent_micros, 0)::bigint as spent_total,
          coalesce(d.spent_micros, 0)::bigint as spent_today, p.mode, p.hours, p.planned_from, p.from_micros,
          p.limit_micros, p.target_micros, g.status as found, g.reason, g.diagnosed_at, g.diagnosis->'words' as words,
          g.diagnosis#>>'{reasons,0,suggestions,0,lever}' as lever
        from campaigns c
          left join campaign_totals t on t.campaign_id = c.id
          left join campaign_days d on d.campaign_id = c.id and d.budget_day = ${day}::date
          left join campaign_pacing p on p.campaign_id = c.id and p.budget_day = ${day}::date and c.pacing <> 'asap'
          left join campaign_diagnoses g on g.campaign_id = c.id and g.budget_day = ${day}::date
            and g.status <> 'recovered' and g.diagnosed_at >= c.updated_at
        where c.id = any(${[...campaignIds]}::integer[]) and ${visible}`.execute(db);
      return rows.map((row) => rowToFacts(row, day, dayStartMs));
    });
}

function rowToFacts(row: HealthRow, day: string, dayStartMs: number): HealthFacts {
  return {
    campaignId: row.id,
    status: row.status,
    startsOn: row.starts_on,
    endsOn: row.ends_on,
    pricing: row.pricing,
    priority: row.priority,
    bidMicros: row.bid_micros,
    totalBudgetMicros: row.total_budget_micros,
    dailyBudgetMicros: row.daily_budget_micros,
    spentTodayMicros: row.spent_today,
    spentTotalMicros: row.spent_total,
    plan: planOf(row, day, dayStartMs),
    found: foundOf(row),
  };
}

function planOf(row: HealthRow, day: string, startMs: number): HealthFacts["plan"] {
  const { mode, hours, planned_from: from, from_micros: fromMicros } = row;
  const { limit_micros: limitMicros, target_micros: targetMicros } = row;
  if (mode === null || hours === null || from === null) return null;
  if (fromMicros === null || limitMicros === null || targetMicros === null) return null;
  return {
    day,
    startMs,
    hours,
    mode,
    fromMs: from.getTime(),
    fromMicros,
    limitMicros,
    targetMicros,
  };
}

function foundOf({ found, reason, diagnosed_at: at, words, lever }: HealthRow): FoundLag | null {
  if (found === null || at === null || words === null) return null;
  return { status: found, atMs: at.getTime(), reason, lever, fr: words.fr, en: words.en };
}
