import { type Kysely, sql } from "kysely";
import type { ErasedKeys } from "../../jobs/lakePorts.ts";

/** A visitor or an account that the lake has yet to forget. */
export interface WaitingErasure {
  readonly visitorKey: string;
  readonly visitorHash: string;
  readonly requestedAtMs: number;
}

export interface LakeErasures {
  /** Who the lake has yet to forget, oldest first. */
  readonly waiting: (limit: number) => Promise<readonly WaitingErasure[]>;
  /** The lake has forgotten them, unless one was asked for again meanwhile: their keys are forgotten here too. */
  readonly finish: (erased: readonly WaitingErasure[], nowMs: number) => Promise<void>;
  /** Everybody whose late events must not come in: by the hash of the key, until when. */
  readonly tombstones: () => Promise<ReadonlyMap<string, number>>;
  readonly count: () => Promise<number>;
  /** Forgets tombstones that are older than what may come late. */
  readonly prune: (nowMs: number) => Promise<void>;
}

const at = (ms: number) => sql`to_timestamp(${ms / 1_000}::double precision)`;

/** What the lake is to forget, and has forgotten, in Postgres. */
export function createLakeErasures<DB>(db: Kysely<DB>): LakeErasures {
  return {
    async waiting(limit) {
      const { rows } = await sql<{
        readonly visitor_key: string;
        readonly visitor_hash: string;
        readonly requested_at: Date;
      }>`select visitor_key, visitor_hash, requested_at from lake_erasures
        where visitor_key is not null order by requested_at limit ${limit}`.execute(db);
      return rows.map((row) => ({
        visitorKey: row.visitor_key,
        visitorHash: row.visitor_hash,
        requestedAtMs: row.requested_at.getTime(),
      }));
    },
    async finish(erased, nowMs) {
      await sql`
        update lake_erasures e set visitor_key = null, erased_at = ${at(nowMs)}
        from unnest(${erased.map((one) => one.visitorHash)}::text[],
          ${erased.map((one) => one.requestedAtMs / 1_000)}::float8[]) as d (hash, at)
        where e.visitor_hash = d.hash and e.requested_at <= to_timestamp(d.at) + interval '1 millisecond'`.execute(
        db,
      );
    },
    async tombstones() {
      const { rows } = await sql<{ readonly visitor_hash: string; readonly erased_before: Date }>`
        select visitor_hash, erased_before from lake_erasures`.execute(db);
      return new Map(rows.map((row) => [row.visitor_hash, row.erased_before.getTime()]));
    },
    async count() {
      const { rows } = await sql<{ readonly count: number }>`
        select count(*)::integer as count from lake_erasures where visitor_key is not null`.execute(
        db,
      );
      return rows[0]?.count ?? 0;
    },
    async prune(nowMs) {
      await sql`delete from lake_erasures where visitor_key is null
        and erased_at < ${at(nowMs)} - interval '13 months'`.execute(db);
    },
  };
}

/** Puts a visitor or an account among those whom the lake forgets. Events until `erasedBeforeMs` do not come in any more. */
export async function enqueueLakeErasure<DB>(
  db: Kysely<DB>,
  { visitorKey, visitorHash }: Pick<WaitingErasure, "visitorKey" | "visitorHash">,
  nowMs: number,
  erasedBeforeMs: number,
): Promise<void> {
  await sql`
    insert into lake_erasures as known (visitor_hash, visitor_key, erased_before, requested_at)
    values (${visitorHash}, ${visitorKey}, ${at(erasedBeforeMs)}, ${at(nowMs)})
    on conflict (visitor_hash) do update set visitor_key = excluded.visitor_key, erased_at = null,
      erased_before = greatest(known.erased_before, excluded.erased_before),
      requested_at = greatest(known.requested_at, excluded.requested_at)`.execute(db);
}

/** Tells of keys whether they were erased, by their hashes. */
export function erasedKeysOf(
  tombstones: ReadonlyMap<string, number>,
  hashOf: (visitorKey: string) => string,
): ErasedKeys {
  return {
    isErased(key, atMs) {
      if (tombstones.size === 0) return false;
      const beforeMs = tombstones.get(hashOf(key));
      return beforeMs !== undefined && (atMs === null || atMs <= beforeMs);
    },
  };
}
