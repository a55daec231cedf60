import { type Kysely, sql } from "kysely";
import type { PacingState } from "../../budgets/pacing/controller.ts";
import type { PacedMode } from "../../budgets/pacing/pacedCampaign.ts";
import { withPublicFaults } from "./faults.ts";

/** What is kept of a campaign's pacing between two leaders, and for whoever asks. */
export interface PacingRecord {
  readonly campaignId: number;
  readonly dayShare: number;
  readonly plannedMicros: number;
  readonly state: PacingState;
}

export interface PacingRows {
  /** Rejects when Postgres is away. */
  readonly save: (records: readonly PacingRecord[]) => Promise<void>;
  readonly loadAll: (sinceDay: string) => Promise<readonly PacingRecord[]>;
  /** Null = never paced. This and the next for people: PublicError `unavailable` when Postgres is away. */
  readonly load: (campaignId: number) => Promise<PacingRecord | null>;
  /** Micros charged to a campaign on a budget day, by the hour of the charge (ms of its beginning). */
  readonly spentByHour: (campaignId: number, day: string) => Promise<ReadonlyMap<number, number>>;
  readonly prune: (beforeDay: string) => Promise<number>;
}

interface PacingRow {
  readonly campaign_id: number;
  readonly budget_day: string;
  readonly day_start_ms: number;
  readonly mode: PacedMode;
  readonly hours: readonly number[];
  readonly planned_from: Date;
  readonly from_micros: number;
  readonly limit_micros: number;
  readonly target_micros: number;
  readonly day_share: number;
  readonly throttle: number;
  readonly spent_micros: number;
  readonly held_micros: number;
  readonly planned_micros: number;
  readonly supply: readonly [number, number, number, number, number];
  readonly looked_at: Date;
}

/** Plans and last looks in Postgres: rewritten a minute after a change at the soonest, so that it may be that much behind. */
export function createPacingRows<DB>(db: Kysely<DB>): PacingRows {
  return {
    async save(records) {
      if (records.length > 0) await saveRows(db, records);
    },
    async loadAll(sinceDay) {
      const { rows } = await sql<PacingRow>`
        ${selectRows} where budget_day >= ${sinceDay}::date`.execute(db);
      return rows.map(rowToRecord);
    },
    load: (campaignId) =>
      withPublicFaults(async () => {
        const { rows } = await sql<PacingRow>`
          ${selectRows} where campaign_id = ${campaignId}`.execute(db);
        return rows[0] === undefined ? null : rowToRecord(rows[0]);
      }),
    spentByHour: (campaignId, day) => withPublicFaults(() => readSpentByHour(db, campaignId, day)),
    async prune(beforeDay) {
      const result = await sql`
        delete from campaign_pacing where budget_day < ${beforeDay}::date`.execute(db);
      return Number(result.numAffectedRows ?? 0);
    },
  };
}

const selectRows = sql`select *, (extract(epoch from budget_day::timestamp at time zone 'Europe/Paris') * 1000)::bigint
  as day_start_ms from campaign_pacing`;

async function readSpentByHour<DB>(
  db: Kysely<DB>,
  campaignId: number,
  day: string,
): Promise<ReadonlyMap<number, number>> {
  const { rows } = await sql<{ readonly hour_ms: number; readonly spent_micros: number }>`
    select (extract(epoch from date_trunc('hour', occurred_at, 'UTC')) * 1000)::bigint as hour_ms,
      sum(amount_micros)::bigint as spent_micros
    from ledger where campaign_id = ${campaignId} and budget_day = ${day}::date group by 1`.execute(
    db,
  );
  return new Map(rows.map((row) => [row.hour_ms, row.spent_micros]));
}

async function saveRows<DB>(db: Kysely<DB>, records: readonly PacingRecord[]): Promise<void> {
  const sorted = [...records].sort((one, other) => one.campaignId - other.campaignId);
  await sql`
    insert into campaign_pacing as known (campaign_id, budget_day, mode, hours, planned_from, from_micros, limit_micros,
      target_micros, day_share, throttle, spent_micros, held_micros, planned_micros, supply, looked_at)
    select (r->>'id')::integer, (r->>'day')::date, r->>'mode', array(select jsonb_array_elements_text(r->'hours')::real),
      to_timestamp((r->>'from')::double precision / 1000), (r->>'fromMicros')::bigint, (r->>'limit')::bigint,
      (r->>'target')::bigint, (r->>'share')::double precision, (r->>'throttle')::double precision,
      (r->>'spent')::bigint, (r->>'held')::bigint, (r->>'planned')::bigint,
      array(select jsonb_array_elements_text(r->'supply')::double precision),
      to_timestamp((r->>'at')::double precision / 1000)
    from jsonb_array_elements(${JSON.stringify(sorted.map(recordToJson))}::jsonb) as t (r)
    on conflict (campaign_id) do update set budget_day = excluded.budget_day, mode = excluded.mode,
      hours = excluded.hours, planned_from = excluded.planned_from, from_micros = excluded.from_micros,
      limit_micros = excluded.limit_micros, target_micros = excluded.target_micros, day_share = excluded.day_share,
      throttle = excluded.throttle, spent_micros = excluded.spent_micros, held_micros = excluded.held_micros,
      planned_micros = excluded.planned_micros, supply = excluded.supply, looked_at = excluded.looked_at
    where known.looked_at <= excluded.looked_at`.execute(db);
}

function recordToJson({ campaignId, dayShare, plannedMicros, state }: PacingRecord) {
  const { plan, supply, money } = state;
  return {
    id: campaignId,
    day: plan.day,
    mode: plan.mode,
    hours: plan.hours,
    from: plan.fromMs,
    fromMicros: plan.fromMicros,
    limit: plan.limitMicros,
    target: plan.targetMicros,
    share: dayShare,
    throttle: state.throttle,
    spent: money.spentMicros,
    held: money.heldMicros,
    planned: Math.round(plannedMicros),
    supply: [supply.wins, supply.taken, supply.usual, supply.clicks, supply.clickWins],
    at: state.atMs,
  };
}

function rowToRecord(row: PacingRow): PacingRecord {
  const [wins, taken, usual, clicks, clickWins] = row.supply;
  return {
    campaignId: row.campaign_id,
    dayShare: row.day_share,
    plannedMicros: row.planned_micros,
    state: {
      plan: {
        day: row.budget_day,
        startMs: row.day_start_ms,
        hours: row.hours,
        mode: row.mode,
        fromMs: row.planned_from.getTime(),
        fromMicros: row.from_micros,
        limitMicros: row.limit_micros,
        targetMicros: row.target_micros,
      },
      supply: { wins, taken, usual, clicks, clickWins },
      throttle: row.throttle,
      atMs: row.looked_at.getTime(),
      money: { spentMicros: row.spent_micros, heldMicros: row.held_micros },
    },
  };
}
