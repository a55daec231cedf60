import { type Kysely, sql, type Transaction } from "kysely";
import {
  type ClickRow,
  type FittedClicks,
  fitClickEffects,
} from "../../budgets/fitClickEffects.ts";
import { type ClickEffects, clickCeiling, distanceBands } from "../../targeting/clickEffects.ts";
import type { Database } from "./database.ts";

/** "atelier effects" as a number: one node at a time learns. */
const effectsLock = 4_172_031_995;
/** What is older says nothing any more; what is this old says half. */
const keptDays = 35;
const halfLifeDays = 10;
/** The commonest contexts: more say nothing new, and are seconds of work. */
const mostRows = 200_000;
/** Nodes take changed campaigns into their snapshots: a few hundred at a time cost nothing that visitors notice. */
const mostPerPass = 300;
/** A smaller change of a context is not worth a new snapshot entry. */
const leastStep = 0.05;

export interface LearntClicks {
  readonly rows: number;
  /** Campaigns and creatives that nodes will hear of. */
  readonly changed: number;
}

/**
 * Learns from the counts of five weeks where and when clicks are likelier (`fitClickEffects`), writes it down for all nodes, and
 * brings campaigns' and creatives' contexts in step. Null = another node is at it. Rejects when Postgres is away.
 */
export async function refreshClickEffects(db: Kysely<Database>): Promise<LearntClicks | null> {
  return db.transaction().execute(async (trx) => {
    const lock = await sql<{ readonly locked: boolean }>`
      select pg_try_advisory_xact_lock(${effectsLock}) as locked`.execute(trx);
    if (lock.rows[0]?.locked !== true) return null;
    const rows = await readCounts(trx);
    const fitted = fitClickEffects(rows);
    await writeEffects(trx, fitted.effects);
    const changed = await writeContexts(trx, fitted);
    await sql`delete from click_counts where budget_day < current_date - ${keptDays}::integer`.execute(
      trx,
    );
    return { rows: rows.length, changed };
  });
}

async function readCounts(trx: Transaction<Database>): Promise<readonly ClickRow[]> {
  const { rows } = await sql<ClickRow>`
    select campaign_id as "campaignId", creative_id as "creativeId", placement_id as "placementId", category, hour,
      distance, sum(impressions * weight) as impressions, sum(clicks * weight) as clicks
    from (select c.*, 0.5 ^ ((max(budget_day) over () - budget_day) / ${halfLifeDays}::double precision) as weight
      from click_counts c where budget_day >= current_date - ${keptDays}::integer) counted
    group by 1, 2, 3, 4, 5, 6 order by sum(impressions * weight) desc limit ${mostRows}`.execute(
    trx,
  );
  return rows;
}

async function writeEffects(trx: Transaction<Database>, effects: ClickEffects): Promise<void> {
  const all = [
    ...[...effects.placements].map(([key, factor]) => ({ kind: "placement", key, factor })),
    ...[...effects.categories].map(([key, factor]) => ({
      kind: "category",
      key: `${key}`,
      factor,
    })),
    ...effects.hours.map((factor, key) => ({ kind: "hour", key: `${key}`, factor })),
    ...effects.distances.map((factor, key) => ({ kind: "distance", key: `${key}`, factor })),
  ];
  await sql`delete from click_effects`.execute(trx);
  await sql`insert into click_effects (kind, key, factor)
    select kind, key, factor from jsonb_to_recordset(${JSON.stringify(all)}::jsonb)
      as e (kind text, key text, factor double precision)`.execute(trx);
}

/** All campaigns that pay by click get the ceiling of now, a few hundred at a time. */
async function writeContexts(
  trx: Transaction<Database>,
  { effects, campaigns, creatives }: FittedClicks,
): Promise<number> {
  const ceiling = clickCeiling(effects);
  const contextsOf = (rates: FittedClicks["campaigns"]) =>
    JSON.stringify([...rates].map(([id, { context }]) => ({ id, context })));
  const isMoved = (column: string) =>
    sql`abs(f.context - ${sql.ref(column)}) > ${leastStep} * ${sql.ref(column)}`;
  const changedCampaigns = await sql`
    update campaigns c set click_context = n.context, click_ceiling = n.ceiling from (
      select c.id, coalesce(f.context, c.click_context) as context,
        case when c.pricing = 'cpc' then ${ceiling}::double precision else 1 end as ceiling
      from campaigns c left join jsonb_to_recordset(${contextsOf(campaigns)}::jsonb)
        as f (id bigint, context double precision) on f.id = c.id
      where c.status = 'active' and (${isMoved("c.click_context")}
        or c.click_ceiling <> case when c.pricing = 'cpc' then ${ceiling}::double precision else 1 end)
      order by f.id is null, c.id limit ${mostPerPass}) n
    where c.id = n.id`.execute(trx);
  const changedCreatives = await sql`
    update creatives k set click_context = n.context from (
      select f.id, f.context from creatives k join jsonb_to_recordset(${contextsOf(creatives)}::jsonb)
        as f (id bigint, context real) on f.id = k.id
      where ${isMoved("k.click_context")} order by f.id limit ${mostPerPass}) n
    where k.id = n.id`.execute(trx);
  return (
    Number(changedCampaigns.numAffectedRows ?? 0) + Number(changedCreatives.numAffectedRows ?? 0)
  );
}

/** The effects that were learnt last; null = none yet. Rejects when Postgres is away. */
export async function readClickEffects<DB>(db: Kysely<DB>): Promise<ClickEffects | null> {
  const { rows } = await sql<{
    readonly kind: string;
    readonly key: string;
    readonly factor: number;
  }>`
    select kind, key, factor from click_effects order by kind, key`.execute(db);
  if (rows.length === 0) return null;
  const of = (kind: string) => rows.filter((row) => row.kind === kind);
  const list = (kind: string, count: number) => {
    const factors = new Array<number>(count).fill(1);
    for (const { key, factor } of of(kind)) factors[Number(key)] = factor;
    return factors;
  };
  return {
    placements: new Map(of("placement").map(({ key, factor }) => [key, factor])),
    categories: new Map(of("category").map(({ key, factor }) => [Number(key), factor])),
    hours: list("hour", 24),
    distances: list("distance", distanceBands),
  };
}
