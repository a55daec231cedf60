import { type Kysely, sql } from "kysely";
import type { CountedTraffic } from "../../budgets/pacing/trafficHistory.ts";

const hourMs = 3_600_000;
const rowsPerStatement = 1_000;

/** Opportunities by place and hour, as all nodes have counted them together. */
export interface TrafficHours {
  /** Adds counts to what is there. Rejects when Postgres is away; whether it then has added them is unknown. */
  readonly add: (counted: readonly CountedTraffic[]) => Promise<void>;
  readonly readSince: (sinceMs: number) => Promise<readonly CountedTraffic[]>;
  /** Forgets what is older; answers how many rows. */
  readonly prune: (beforeMs: number) => Promise<number>;
}

export function createTrafficHours<DB>(db: Kysely<DB>): TrafficHours {
  return {
    async add(counted) {
      // In one order, so that nodes that add at the same time do not wait for each other crosswise.
      const sorted = [...counted].sort((a, b) => a.hour - b.hour || a.cell - b.cell);
      for (let from = 0; from < sorted.length; from += rowsPerStatement)
        await addRows(db, sorted.slice(from, from + rowsPerStatement));
    },
    async readSince(sinceMs) {
      const { rows } = await sql<CountedTraffic>`
        select cell, (extract(epoch from hour) / 3600)::integer as hour, requests from traffic_hours
        where hour >= to_timestamp(${sinceMs / 1_000}::double precision)`.execute(db);
      return rows;
    },
    async prune(beforeMs) {
      const result = await sql`
        delete from traffic_hours where hour < to_timestamp(${beforeMs / 1_000}::double precision)`.execute(
        db,
      );
      return Number(result.numAffectedRows ?? 0);
    },
  };
}

async function addRows<DB>(db: Kysely<DB>, rows: readonly CountedTraffic[]): Promise<void> {
  await sql`
    insert into traffic_hours as known (cell, hour, requests)
    select cell, to_timestamp(hour), requests from unnest(
      ${rows.map(({ cell }) => cell)}::integer[],
      ${rows.map(({ hour }) => (hour * hourMs) / 1_000)}::double precision[],
      ${rows.map(({ requests }) => requests)}::bigint[]) as counted (cell, hour, requests)
    on conflict (hour, cell) do update set requests = known.requests + excluded.requests`.execute(
    db,
  );
}
