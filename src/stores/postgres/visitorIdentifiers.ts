import { type Kysely, sql } from "kysely";
import { withPublicFaults } from "./faults.ts";

export interface VisitorIdentifiers {
  /** Keeps that a visitor goes by some identifiers; known ones last longer. At most 20 a visitor: the oldest go. */
  readonly give: (
    visitorKey: string,
    identifierHashes: readonly string[],
    nowMs: number,
  ) => Promise<void>;
  readonly countOf: (visitorKey: string) => Promise<number>;
  /** Forgets what a visitor goes by, and that it is on lists; answers how many rows went. */
  readonly erase: (
    visitorKey: string,
  ) => Promise<{ readonly identifiers: number; readonly lists: number }>;
  /** Forgets those that have run out. */
  readonly prune: (nowMs: number) => Promise<void>;
}

const lifeMonths = 13;
const mostOfOne = 20;
const at = (ms: number) => sql`to_timestamp(${ms / 1_000}::double precision)`;

/** By which hashed addresses and ids the site knows a visitor, as far as the visitor agreed. */
export function createVisitorIdentifiers<DB>(db: Kysely<DB>): VisitorIdentifiers {
  return {
    give: (visitorKey, identifierHashes, nowMs) =>
      withPublicFaults(async () => {
        await sql`
          insert into visitor_identifiers as known (identifier_hash, visitor_key, given_at, expires_at)
          select distinct hash, ${visitorKey}, ${at(nowMs)}, ${at(nowMs)} + make_interval(months => ${lifeMonths})
          from unnest(${identifierHashes}::text[]) as h (hash)
          on conflict (identifier_hash, visitor_key) do update
            set given_at = excluded.given_at, expires_at = excluded.expires_at`.execute(db);
        await sql`
          delete from visitor_identifiers where visitor_key = ${visitorKey} and identifier_hash not in (
            select identifier_hash from visitor_identifiers where visitor_key = ${visitorKey}
            order by given_at desc, identifier_hash limit ${mostOfOne})`.execute(db);
      }),
    async countOf(visitorKey) {
      const { rows } = await sql<{ readonly count: number }>`
        select count(*)::integer as count from visitor_identifiers
        where visitor_key = ${visitorKey}`.execute(db);
      return rows[0]?.count ?? 0;
    },
    async erase(visitorKey) {
      const known = await sql`delete from visitor_identifiers
        where visitor_key = ${visitorKey}`.execute(db);
      const listed = await sql`delete from audience_list_members
        where visitor_key = ${visitorKey}`.execute(db);
      return {
        identifiers: Number(known.numAffectedRows ?? 0),
        lists: Number(listed.numAffectedRows ?? 0),
      };
    },
    async prune(nowMs) {
      await sql`delete from visitor_identifiers where expires_at <= ${at(nowMs)}`.execute(db);
    },
  };
}
