import { type Kysely, sql } from "kysely";
import type { LinkOutcome } from "../../links/checkLink.ts";
import type { Database } from "./database.ts";

export interface LandingChecks {
  /**
   * Takes addresses whose check is due, so that for `leaseMs` no other node takes them. Oldest first, but for those of
   * `busyDomains` (`domainOf`).
   */
  takeDue(
    limit: number,
    leaseMs: number,
    busyDomains?: readonly string[],
  ): Promise<readonly string[]>;
  /** Keeps what was found; the next check is `nextMs` away. */
  keep(url: string, outcome: LinkOutcome, nextMs: number): Promise<void>;
  /** Forgets addresses that no creative leads to any more, and takes up any that were missed. Answers how many were forgotten. */
  reconcile(): Promise<number>;
}

/** The last two labels of an address' host, as `domainOf` has them. */
const domainPattern = "^https://(?:[^/:]*[.])?([^/:.]+[.][^/:.]+)(?:[:/?#]|$)";

/** Which landing pages answer, in PostgreSQL, whose clock says what is due. */
export function createLandingChecks(db: Kysely<Database>): LandingChecks {
  return {
    async takeDue(limit, leaseMs, busyDomains = []) {
      const { rows } = await sql<{ readonly url: string }>`
        update landing_checks set due_at = now() + make_interval(secs => ${leaseMs / 1_000}::double precision)
        where url in (
          select url from landing_checks
          where due_at <= now() and coalesce(substring(url from ${domainPattern}), '') <> all (${busyDomains}::text[])
          order by due_at limit ${limit} for update skip locked)
        returning url`.execute(db);
      return rows.map(({ url }) => url);
    },
    async keep(url, outcome, nextMs) {
      await sql`update landing_checks set status = ${outcome.ok ? "ok" : "broken"},
          reason = ${outcome.ok ? null : outcome.reason}, http_status = ${outcome.httpStatus},
          checked_at = now(), due_at = now() + make_interval(secs => ${nextMs / 1_000}::double precision)
        where url = ${url}`.execute(db);
    },
    async reconcile() {
      await sql`insert into landing_checks (url) select distinct landing_url from creatives
        on conflict (url) do nothing`.execute(db);
      const { rows } = await sql<{ readonly count: number }>`
        with pruned as (
          delete from landing_checks l
          where not exists (select from creatives k where k.landing_url = l.url)
          returning 1)
        select count(*)::integer as count from pruned`.execute(db);
      return rows[0]?.count ?? 0;
    },
  };
}
