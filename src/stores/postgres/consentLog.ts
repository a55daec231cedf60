import { type Kysely, sql } from "kysely";
import type { NotedConsent } from "../../jobs/visitorPorts.ts";
import { withPublicFaults } from "./faults.ts";

export interface ConsentLog {
  /** Keeps choices that differ from the ones before. A refusal of somebody of whom no choice is known leaves nothing. */
  readonly note: (noted: readonly NotedConsent[]) => Promise<void>;
  /** Latest first; at most 1,000. */
  readonly logOf: (
    visitorHash: string,
  ) => Promise<
    readonly { readonly purposes: number; readonly basis: string; readonly at: string }[]
  >;
  /** Forgets who is known; the log stays. Answers 1 or 0. */
  readonly forgetState: (visitorHash: string) => Promise<number>;
  /** Forgets what is older than 25 months, and present choices older than 13. */
  readonly prune: () => Promise<void>;
}

/** Who allowed what, when: an entry a change, in Postgres. */
export function createConsentLog<DB>(db: Kysely<DB>): ConsentLog {
  return {
    note: (noted) => noteAll(db, noted),
    logOf: (visitorHash) =>
      withPublicFaults(async () => {
        const { rows } = await sql<{ purposes: number; basis: string; seen_at: Date }>`
          select purposes, basis, seen_at from consent_log where visitor_hash = ${visitorHash}
          order by id desc limit 1000`.execute(db);
        return rows.map(({ purposes, basis, seen_at }) => ({
          purposes,
          basis,
          at: seen_at.toISOString(),
        }));
      }),
    async forgetState(visitorHash) {
      const gone = await sql`
        delete from consent_states where visitor_hash = ${visitorHash} and purposes & 1 = 1`.execute(
        db,
      );
      return Number(gone.numAffectedRows ?? 0);
    },
    async prune() {
      await sql`delete from consent_log where seen_at < now() - interval '25 months'`.execute(db);
      await sql`delete from consent_states where seen_at < now() - interval '13 months'`.execute(
        db,
      );
    },
  };
}

async function noteAll<DB>(db: Kysely<DB>, noted: readonly NotedConsent[]): Promise<void> {
  // In one order, so that nodes do not wait for each other crosswise.
  const sorted = [...noted].sort((a, b) => (a.visitorHash < b.visitorHash ? -1 : 1));
  // Whoever allows storing again may be scored again, unless the visitor asked to be erased.
  await sql`
    with fresh as (
      select * from unnest(${sorted.map((one) => one.visitorHash)}::text[],
        ${sorted.map((one) => one.purposes)}::smallint[], ${sorted.map((one) => one.basis)}::text[],
        ${sorted.map((one) => one.atMs / 1_000)}::float8[]) as f (visitor_hash, purposes, basis, at)),
    given as (
      insert into consent_states as known (visitor_hash, purposes, basis, seen_at)
      select visitor_hash, purposes, basis, to_timestamp(at) from fresh where purposes & 1 = 1
      on conflict (visitor_hash) do update set purposes = excluded.purposes, basis = excluded.basis,
        seen_at = excluded.seen_at
        where known.purposes <> excluded.purposes and known.seen_at <= excluded.seen_at
      returning visitor_hash, purposes, basis, seen_at),
    withdrawn as (
      update consent_states known set purposes = f.purposes, basis = f.basis, seen_at = to_timestamp(f.at)
      from fresh f where known.visitor_hash = f.visitor_hash and f.purposes & 1 = 0
        and known.purposes <> f.purposes and known.seen_at <= to_timestamp(f.at)
      returning known.visitor_hash, known.purposes, known.basis, known.seen_at),
    lifted as (
      delete from visitor_suppressions s using given g
      where s.visitor_hash = g.visitor_hash and s.cause = 'withdrawal'),
    spared as (
      delete from erasure_queue q using given g
      where q.visitor_hash = g.visitor_hash and q.cause = 'withdrawal' and q.passes > 0)
    insert into consent_log (visitor_hash, purposes, basis, seen_at)
    select visitor_hash, purposes, basis, seen_at from given
    union all select visitor_hash, purposes, basis, seen_at from withdrawn`.execute(db);
}
