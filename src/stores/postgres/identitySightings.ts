import { type Kysely, sql } from "kysely";
import type { IdentitySighting } from "../../audience/identity.ts";
import { withPublicFaults } from "./faults.ts";

export interface IdentitySightings {
  /** Adds sightings; those that are known change nothing. Rejects when Postgres is away. */
  readonly add: (sightings: readonly IdentitySighting[]) => Promise<void>;
  /** The accounts that a visitor was seen with, and the other visitors seen with those: not any further. At most 200. */
  readonly linkedKeys: (visitorKey: string) => Promise<readonly string[]>;
  /** Whether a visitor was seen with any account. Throws PublicError `unavailable`. */
  readonly isLinked: (visitorKey: string) => Promise<boolean>;
  /** Forgets a visitor or an account; answers how many sightings went. */
  readonly erase: (key: string) => Promise<number>;
  /** What is known of some visitors, and of all that were seen with the same accounts. */
  readonly sightingsAround: (visitorKey: string) => Promise<readonly IdentitySighting[]>;
  /** Forgets what is older than identifiers may be. */
  readonly prune: (nowMs: number) => Promise<void>;
}

interface SightingRow {
  readonly visitor_key: string;
  readonly account_key: string | null;
  readonly seen_at: Date;
}

const mostLinked = 200;
const at = (ms: number) => sql`to_timestamp(${ms / 1_000}::double precision)`;

/** Who was seen with which account, in Postgres: for erasures, which have to find every link; features read the lake. */
export function createIdentitySightings<DB>(db: Kysely<DB>): IdentitySightings {
  return {
    async add(sightings) {
      if (sightings.length === 0) return;
      await sql`
        insert into identity_sightings (visitor_key, account_key, seen_at)
        select visitor_key, account_key, to_timestamp(at) from unnest(
          ${sightings.map((one) => one.visitorKey)}::text[], ${sightings.map((one) => one.accountKey)}::text[],
          ${sightings.map((one) => one.atMs / 1_000)}::float8[]) as s (visitor_key, account_key, at)
        on conflict do nothing`.execute(db);
    },
    async linkedKeys(visitorKey) {
      const { rows } = await sql<{ readonly key: string }>`
        with accounts as (
          select distinct account_key as key from identity_sightings
          where visitor_key = ${visitorKey} and account_key is not null limit ${mostLinked})
        select key from accounts
        union
        select s.visitor_key from identity_sightings s join accounts a on a.key = s.account_key
        where s.visitor_key <> ${visitorKey}
        limit ${mostLinked}`.execute(db);
      return rows.map(({ key }) => key);
    },
    isLinked: (visitorKey) =>
      withPublicFaults(async () => {
        const { rows } = await sql`select from identity_sightings
          where visitor_key = ${visitorKey} and account_key is not null limit 1`.execute(db);
        return rows.length > 0;
      }),
    async erase(key) {
      const gone = await sql`delete from identity_sightings
        where visitor_key = ${key} or account_key = ${key}`.execute(db);
      return Number(gone.numAffectedRows ?? 0);
    },
    async sightingsAround(visitorKey) {
      const { rows } = await sql<SightingRow>`
        select visitor_key, account_key, seen_at from identity_sightings
        where visitor_key = ${visitorKey} or account_key in (
          select account_key from identity_sightings where visitor_key = ${visitorKey})
        order by seen_at desc limit 10000`.execute(db);
      return rows.map((row) => ({
        visitorKey: row.visitor_key,
        accountKey: row.account_key,
        atMs: row.seen_at.getTime(),
      }));
    },
    async prune(nowMs) {
      await sql`delete from identity_sightings
        where seen_at < ${at(nowMs)} - interval '13 months'`.execute(db);
    },
  };
}
