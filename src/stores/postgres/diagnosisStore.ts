import { type Kysely, sql } from "kysely";
import type { DeliveryEvents, Diagnosis } from "../../reports/diagnosisTypes.ts";
import type { ServableCampaign } from "../../targeting/types.ts";
import type { Database } from "./database.ts";
import { readServableCampaigns } from "./servableRows.ts";

/** What a campaign has spent, and since when it is as it is. */
export interface DeliveryRow {
  readonly campaignId: number;
  readonly createdAtMs: number;
  /** Its last write by a person; the creation when there was none. */
  readonly changedAtMs: number;
  readonly spentBeforeMicros: number;
  readonly spentTodayMicros: number;
  /** Of the budget day. */
  readonly events: DeliveryEvents;
}

export interface StoredDiagnosis {
  readonly firstKnownAtMs: number;
  readonly diagnosedAtMs: number;
  readonly status: "behind" | "cannot_spend" | "recovered";
}

/** Every function rejects when Postgres is away. */
export interface DiagnosisStore {
  /** Active campaigns that pay, ascending by id, after `afterId`; at most 500. */
  readonly activeCampaigns: (
    afterId: number,
    nowMs: number,
  ) => Promise<readonly ServableCampaign[]>;
  /** Campaigns of any status, at most 500; those that serving does not know (any more) are absent. */
  readonly campaigns: (
    campaignIds: readonly number[],
    nowMs: number,
  ) => Promise<readonly ServableCampaign[]>;
  readonly deliveryOf: (
    campaignIds: readonly number[],
    day: string,
  ) => Promise<ReadonlyMap<number, DeliveryRow>>;
  /** What of a budget day happened from a moment on; campaigns to which nothing happened are absent. */
  readonly eventsSince: (
    campaignIds: readonly number[],
    day: string,
    sinceMs: number,
  ) => Promise<ReadonlyMap<number, DeliveryEvents>>;
  /** Keeps the diagnoses of campaigns that lag, and that the others do not any more. */
  readonly save: (diagnosed: readonly Diagnosed[], nowMs: number) => Promise<void>;
  readonly read: (campaignId: number, day: string) => Promise<StoredDiagnosis | null>;
  /** True when this node is to look at all campaigns for this hour: no other does, or it has not finished in ten minutes. */
  readonly claimRun: (hourMs: number, nowMs: number) => Promise<boolean>;
  readonly finishRun: (hourMs: number, nowMs: number) => Promise<void>;
  readonly prune: (beforeDay: string) => Promise<void>;
}

export interface Diagnosed {
  readonly campaignId: number;
  readonly diagnosis: Diagnosis;
}

const pageRows = 500;
const longestRunSeconds = 600;

export function createDiagnosisStore(db: Kysely<Database>): DiagnosisStore {
  return {
    async activeCampaigns(afterId, nowMs) {
      const wanted = sql`c.id > ${afterId} and c.status = 'active' and c.priority <> 'house'`;
      return (await readServableCampaigns(db, wanted, nowMs, pageRows)).campaigns;
    },
    async campaigns(campaignIds, nowMs) {
      const wanted = sql`c.id = any(${[...campaignIds]}::integer[])`;
      return (await readServableCampaigns(db, wanted, nowMs, pageRows)).campaigns;
    },
    deliveryOf: (campaignIds, day) => readDelivery(db, campaignIds, day),
    eventsSince: (campaignIds, day, sinceMs) => readEventsSince(db, campaignIds, day, sinceMs),
    async save(diagnosed, nowMs) {
      if (diagnosed.length > 0) await saveDiagnoses(db, diagnosed, nowMs);
    },
    read: (campaignId, day) => readDiagnosis(db, campaignId, day),
    async claimRun(hourMs, nowMs) {
      const { rows } = await sql`
        insert into diagnosis_runs as run (hour, claimed_at) values (${at(hourMs)}, ${at(nowMs)})
        on conflict (hour) do update set claimed_at = excluded.claimed_at
        where run.finished_at is null
          and run.claimed_at < excluded.claimed_at - make_interval(secs => ${longestRunSeconds})
        returning hour`.execute(db);
      return rows.length > 0;
    },
    async finishRun(hourMs, nowMs) {
      await sql`update diagnosis_runs set finished_at = ${at(nowMs)} where hour = ${at(hourMs)}`.execute(
        db,
      );
    },
    async prune(beforeDay) {
      await sql`delete from campaign_diagnoses where budget_day < ${beforeDay}::date`.execute(db);
      await sql`delete from diagnosis_runs where hour < ${beforeDay}::date`.execute(db);
    },
  };
}

interface DeliveryQueryRow {
  readonly id: number;
  readonly created_at: Date;
  readonly changed_at: Date;
  readonly spent_before: string | number;
  readonly spent_today: string | number;
  readonly impressions: string | number;
  readonly viewables: string | number;
  readonly clicks: string | number;
}

async function readDelivery(
  db: Kysely<Database>,
  campaignIds: readonly number[],
  day: string,
): Promise<ReadonlyMap<number, DeliveryRow>> {
  const { rows } = await sql<DeliveryQueryRow>`
    select c.id, c.created_at, greatest(c.created_at, coalesce(
        (select max(at) from audit_log where entity = 'campaign' and entity_id = c.id), c.created_at)) as changed_at,
      coalesce(sum(d.spent_micros) filter (where d.budget_day < ${day}::date), 0)::bigint as spent_before,
      coalesce(sum(d.spent_micros) filter (where d.budget_day = ${day}::date), 0)::bigint as spent_today,
      coalesce(sum(d.impressions) filter (where d.budget_day = ${day}::date), 0)::bigint as impressions,
      coalesce(sum(d.viewables) filter (where d.budget_day = ${day}::date), 0)::bigint as viewables,
      coalesce(sum(d.clicks) filter (where d.budget_day = ${day}::date), 0)::bigint as clicks
    from campaigns c left join campaign_days d on d.campaign_id = c.id
    where c.id = any(${[...campaignIds]}::integer[]) group by c.id`.execute(db);
  return new Map(rows.map((row) => [row.id, rowToDelivery(row)]));
}

function rowToDelivery(row: DeliveryQueryRow): DeliveryRow {
  return {
    campaignId: row.id,
    createdAtMs: row.created_at.getTime(),
    changedAtMs: row.changed_at.getTime(),
    spentBeforeMicros: Number(row.spent_before),
    spentTodayMicros: Number(row.spent_today),
    events: {
      impressions: Number(row.impressions),
      viewables: Number(row.viewables),
      clicks: Number(row.clicks),
    },
  };
}

interface EventsRow extends Readonly<Record<keyof DeliveryEvents, string | number>> {
  readonly campaign_id: number;
}

async function readEventsSince(
  db: Kysely<Database>,
  campaignIds: readonly number[],
  day: string,
  sinceMs: number,
): Promise<ReadonlyMap<number, DeliveryEvents>> {
  const { rows } = await sql<EventsRow>`
    select campaign_id, count(*) filter (where kind = 'impression') as impressions,
      count(*) filter (where kind = 'viewable') as viewables, count(*) filter (where kind = 'click') as clicks
    from ledger where campaign_id = any(${[...campaignIds]}::integer[]) and budget_day = ${day}::date
      and occurred_at >= ${at(sinceMs)} and starts_with(uncharged_reason, 'invalid:') is not true
    group by campaign_id`.execute(db);
  return new Map(
    rows.map(({ campaign_id, impressions, viewables, clicks }) => [
      Number(campaign_id),
      {
        impressions: Number(impressions),
        viewables: Number(viewables),
        clicks: Number(clicks),
      },
    ]),
  );
}

async function saveDiagnoses(
  db: Kysely<Database>,
  diagnosed: readonly Diagnosed[],
  nowMs: number,
): Promise<void> {
  const rows = diagnosed.map(({ campaignId, diagnosis }) => ({
    campaign_id: campaignId,
    budget_day: diagnosis.budgetDay,
    status: isLagging(diagnosis) ? diagnosis.status : "recovered",
    reason: diagnosis.reasons[0]?.reason ?? null,
    diagnosis,
    lags: isLagging(diagnosis),
  }));
  // Of those that do not lag only the ones are touched that did before, on the same day.
  await sql`
    with fresh as (
      select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as fresh
        (campaign_id integer, budget_day date, status text, reason text, diagnosis jsonb, lags boolean)
    ), recovered as (
      update campaign_diagnoses as known set status = 'recovered', diagnosed_at = ${at(nowMs)}
      from fresh where not fresh.lags and known.campaign_id = fresh.campaign_id and known.budget_day = fresh.budget_day
    )
    insert into campaign_diagnoses as known
      (campaign_id, budget_day, status, reason, first_known_at, diagnosed_at, diagnosis)
    select campaign_id, budget_day, status, reason, ${at(nowMs)}, ${at(nowMs)}, diagnosis from fresh where lags
    on conflict (campaign_id, budget_day) do update set status = excluded.status, reason = excluded.reason,
      diagnosed_at = excluded.diagnosed_at, diagnosis = excluded.diagnosis`.execute(db);
}

function isLagging({ status }: Diagnosis): boolean {
  return status === "behind" || status === "cannot_spend";
}

async function readDiagnosis(
  db: Kysely<Database>,
  campaignId: number,
  day: string,
): Promise<StoredDiagnosis | null> {
  const { rows } = await sql<{
    readonly first_known_at: Date;
    readonly diagnosed_at: Date;
    readonly status: StoredDiagnosis["status"];
  }>`
    select first_known_at, diagnosed_at, status from campaign_diagnoses
    where campaign_id = ${campaignId} and budget_day = ${day}::date`.execute(db);
  const row = rows[0];
  if (row === undefined) return null;
  return {
    firstKnownAtMs: row.first_known_at.getTime(),
    diagnosedAtMs: row.diagnosed_at.getTime(),
    status: row.status,
  };
}

const at = (timeMs: number) => sql`to_timestamp(${timeMs / 1_000}::double precision)`;
