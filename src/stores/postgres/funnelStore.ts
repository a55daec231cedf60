import { type Kysely, sql } from "kysely";
import { addCounts, type Counts, counterCount, createCounts } from "../../reports/counters.ts";

/** What one campaign (0 = all requests) was counted in one hour. */
export interface FunnelHour {
  readonly campaignId: number;
  /** The hour's beginning. */
  readonly hourMs: number;
  readonly counts: Counts;
}

/** The funnel of all nodes in Postgres. Every function rejects when it is away. */
export interface FunnelStore {
  /** Adds counts to what is there, 500 campaigns' hours a statement: when it rejects, some may be in. */
  readonly add: (hours: readonly FunnelHour[]) => Promise<void>;
  /** Sums of the hours that begin in [fromMs, untilMs), by campaign; campaigns that nothing reached are absent. */
  readonly sum: (
    campaignIds: readonly number[],
    fromMs: number,
    untilMs: number,
  ) => Promise<ReadonlyMap<number, Counts>>;
  /** Forgets what is older; answers how many rows. */
  readonly prune: (beforeMs: number) => Promise<number>;
}

const rowsPerStatement = 500;

export function createFunnelStore<DB>(db: Kysely<DB>): FunnelStore {
  return {
    async add(hours) {
      // In one order, so that nodes that add at the same time do not wait for each other crosswise.
      const sorted = [...hours].sort((a, b) => a.campaignId - b.campaignId || a.hourMs - b.hourMs);
      for (let from = 0; from < sorted.length; from += rowsPerStatement)
        await addRows(db, sorted.slice(from, from + rowsPerStatement));
    },
    sum: (campaignIds, fromMs, untilMs) => sumRows(db, campaignIds, fromMs, untilMs),
    async prune(beforeMs) {
      const result = await sql`
        delete from delivery_funnel where hour < ${at(beforeMs)}`.execute(db);
      return Number(result.numAffectedRows ?? 0);
    },
  };
}

async function addRows<DB>(db: Kysely<DB>, hours: readonly FunnelHour[]): Promise<void> {
  const rows = hours.map(({ campaignId, hourMs, counts }) => ({
    campaign_id: campaignId,
    hour: new Date(hourMs).toISOString(),
    counts: toTriples(counts),
  }));
  await sql`
    insert into delivery_funnel as known (campaign_id, hour, counts)
    select campaign_id, hour, counts
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as fresh (campaign_id bigint, hour timestamptz, counts real[])
    on conflict (campaign_id, hour) do update set counts = merge_counts(known.counts, excluded.counts)`.execute(
    db,
  );
}

interface SumRow {
  readonly campaign_id: string | number;
  readonly weights: Readonly<Record<string, number>>;
  readonly squares: Readonly<Record<string, number>>;
}

async function sumRows<DB>(
  db: Kysely<DB>,
  campaignIds: readonly number[],
  fromMs: number,
  untilMs: number,
): Promise<ReadonlyMap<number, Counts>> {
  const { rows } = await sql<SumRow>`
    select campaign_id, jsonb_object_agg(counter, weight) as weights, jsonb_object_agg(counter, square) as squares
    from (
      select campaign_id, counts[3 * i - 2]::integer as counter, sum(counts[3 * i - 1]::double precision) as weight,
        sum(counts[3 * i]::double precision) as square
      from delivery_funnel, generate_series(1, cardinality(counts) / 3) as i
      where campaign_id = any(${[...campaignIds]}::bigint[]) and hour >= ${at(fromMs)} and hour < ${at(untilMs)}
      group by 1, 2
    ) as summed group by campaign_id`.execute(db);
  return new Map(rows.map((row) => [Number(row.campaign_id), rowToCounts(row)]));
}

function rowToCounts({ weights, squares }: SumRow): Counts {
  const counts = createCounts();
  const read = (from: Readonly<Record<string, number>>) =>
    Array.from({ length: counterCount }, (_, number) => from[String(number)] ?? 0);
  addCounts(counts, read(weights), read(squares));
  return counts;
}

function toTriples({ weights, squares }: Counts): number[] {
  const triples: number[] = [];
  for (let number = 0; number < counterCount; number++)
    if (weights[number] !== 0) triples.push(number, weights[number]!, squares[number]!);
  return triples;
}

const at = (timeMs: number) => sql`to_timestamp(${timeMs / 1_000}::double precision)`;
