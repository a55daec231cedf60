import { type Kysely, sql } from "kysely";
import { createVisitorHashOf } from "../../audience/visitorHash.ts";
import type { Actor } from "../../campaigns/repository.ts";
import { type EraseVisitorsDeps, settledAfterMs } from "../../jobs/eraseVisitors.ts";
import type { LoggedErasure, QueuedErasure } from "../../jobs/visitorPorts.ts";
import type { Database } from "./database.ts";
import { withPublicFaults } from "./faults.ts";
import { enqueueLakeErasure } from "./lakeErasures.ts";
import { insertAudit } from "./rowWrites.ts";

export interface Erasures extends Pick<EraseVisitorsDeps, "request" | "takeDue" | "finishPass"> {
  /** Those of some visitors who are not to be loaded again. */
  readonly suppressed: (
    visitorHashes: readonly string[],
    nowMs: number,
  ) => Promise<ReadonlySet<string>>;
  /** What was erased of a visitor, latest first; at most 100 entries. */
  readonly logOf: (visitorHash: string) => Promise<readonly LoggedErasure[]>;
  readonly waiting: () => Promise<number>;
  /** Forgets suppressions that are over. */
  readonly prune: (nowMs: number) => Promise<void>;
}

/** An id lives 13 months at most: nothing can be loaded for it afterwards. */
const suppressedMonths = 13;

interface QueueRow {
  readonly proof_id: string;
  readonly visitor_key: string;
  readonly visitor_hash: string;
  readonly cause: QueuedErasure["cause"];
  readonly passes: number;
  readonly follows_links: boolean;
  readonly requested_at: Date;
}

const rowToQueued = (row: QueueRow): QueuedErasure => ({
  proofId: row.proof_id,
  visitorKey: row.visitor_key,
  visitorHash: row.visitor_hash,
  cause: row.cause,
  passes: row.passes,
  followsLinks: row.follows_links,
  requestedAtMs: row.requested_at.getTime(),
});

interface LogRow {
  readonly id: number;
  readonly proof_id: string;
  readonly cause: LoggedErasure["cause"];
  readonly pass: number;
  readonly counts: LoggedErasure["counts"];
  readonly unreached: readonly string[];
  readonly erased_at: Date;
}

const rowToLogged = (row: LogRow): LoggedErasure => ({
  erasureId: row.id,
  proofId: row.proof_id,
  cause: row.cause,
  pass: row.pass,
  counts: row.counts,
  unreached: row.unreached,
  erasedAt: row.erased_at.toISOString(),
});

const at = (ms: number) => sql`to_timestamp(${ms / 1_000}::double precision)`;

/** Erasures that are asked for, under way and done, in Postgres. */
export function createErasures<DB>(db: Kysely<DB>): Erasures {
  return {
    request: (request, nowMs) => withPublicFaults(() => enqueue(db, request, nowMs)),
    async takeDue(nowMs, leaseMs, limit) {
      const { rows } = await sql<QueueRow>`
        update erasure_queue set due_at = ${at(nowMs + leaseMs)} where proof_id in (
          select proof_id from erasure_queue where due_at <= ${at(nowMs)} order by due_at limit ${limit}
          for update skip locked) returning *`.execute(db);
      return rows.map(rowToQueued);
    },
    finishPass: (queued, pass) => withPublicFaults(() => logPass(db, queued, pass)),
    async suppressed(visitorHashes, nowMs) {
      const { rows } = await sql<{ readonly visitor_hash: string }>`
        select visitor_hash from visitor_suppressions
        where visitor_hash = any(${visitorHashes}::text[]) and until > ${at(nowMs)}`.execute(db);
      return new Set(rows.map((row) => row.visitor_hash));
    },
    logOf: (visitorHash) =>
      withPublicFaults(async () => {
        const { rows } = await sql<LogRow>`select * from visitor_erasures
          where visitor_hash = ${visitorHash} order by id desc limit 100`.execute(db);
        return rows.map(rowToLogged);
      }),
    async waiting() {
      const { rows } = await sql<{ readonly count: number }>`
        select count(*)::integer as count from erasure_queue`.execute(db);
      return rows[0]?.count ?? 0;
    },
    async prune(nowMs) {
      await sql`delete from visitor_suppressions where until <= ${at(nowMs)}`.execute(db);
    },
  };
}

function enqueue<DB>(
  db: Kysely<DB>,
  request: Parameters<EraseVisitorsDeps["request"]>[0],
  nowMs: number,
): Promise<QueuedErasure> {
  const { proofId, visitorKey, visitorHash, cause, followsLinks } = request;
  return db.transaction().execute(async (trx) => {
    await enqueueLakeErasure(trx, request, nowMs, nowMs + settledAfterMs);
    // Who asked once is not brought back by a later change of consent.
    await sql`
      insert into visitor_suppressions as known (visitor_hash, cause, since, until)
      values (${visitorHash}, ${cause}, ${at(nowMs)}, ${at(nowMs)} + make_interval(months => ${suppressedMonths}))
      on conflict (visitor_hash) do update set until = excluded.until,
        cause = case when excluded.cause = 'withdrawal' then known.cause else excluded.cause end`.execute(
      trx,
    );
    const { rows } = await sql<QueueRow>`
      insert into erasure_queue as known (proof_id, visitor_key, visitor_hash, cause, follows_links, requested_at, due_at)
      values (${proofId}, ${visitorKey}, ${visitorHash}, ${cause}, ${followsLinks}, ${at(nowMs)}, ${at(nowMs)})
      on conflict (visitor_key) do update set requested_at = excluded.requested_at, due_at = excluded.due_at,
        follows_links = known.follows_links or excluded.follows_links,
        cause = case when excluded.cause = 'withdrawal' then known.cause else excluded.cause end
      returning *`.execute(trx);
    const [row] = rows;
    if (row === undefined) throw new Error("an erasure was not queued");
    return rowToQueued(row);
  });
}

function logPass<DB>(
  db: Kysely<DB>,
  { proofId, visitorHash, cause, requestedAtMs }: QueuedErasure,
  { counts, unreached, erasedAtMs, nextAtMs }: Parameters<EraseVisitorsDeps["finishPass"]>[1],
): Promise<LoggedErasure> {
  return db.transaction().execute(async (trx) => {
    await sql`select pg_advisory_xact_lock(hashtextextended(${proofId}, 18))`.execute(trx);
    if (nextAtMs === null) {
      // Somebody who asked again meanwhile waits for two passes of their own.
      await sql`delete from erasure_queue where proof_id = ${proofId}
        and requested_at <= ${at(requestedAtMs)}`.execute(trx);
    } else {
      await sql`update erasure_queue set passes = passes + 1, due_at = ${at(nextAtMs)}
        where proof_id = ${proofId}`.execute(trx);
    }
    const { rows } = await sql<LogRow>`
      insert into visitor_erasures (proof_id, visitor_hash, cause, pass, counts, unreached, erased_at)
      select ${proofId}, ${visitorHash}, ${cause}, coalesce(max(pass), 0) + 1, ${JSON.stringify(counts)}::jsonb,
        ${unreached}::text[], ${at(erasedAtMs)}
      from visitor_erasures where proof_id = ${proofId} returning *`.execute(trx);
    const [row] = rows;
    if (row === undefined) throw new Error("an erasure was not logged");
    return rowToLogged(row);
  });
}

/** That an operator had somebody erased stands in the audit log too: who did it, not whom. */
export async function auditErasure(
  db: Kysely<Database>,
  { erasureId, proofId, cause, pass }: LoggedErasure,
  actor: Actor,
): Promise<void> {
  const entry = { id: erasureId, before: null, after: { proofId, cause, pass } };
  await db.transaction().execute((trx) => insertAudit(trx, "visitor_erasure", [entry], actor));
}

/** Gives the function that tells a load of scores which visitors asked to be forgotten, by their keys. */
export function createSuppressedOf<DB>(
  db: Kysely<DB>,
  secret: string,
  nowMs: () => number,
): (visitorKeys: readonly string[]) => Promise<ReadonlySet<string>> {
  const { suppressed } = createErasures(db);
  const hashOf = createVisitorHashOf(secret);
  return async (visitorKeys) => {
    const byHash = new Map(visitorKeys.map((key) => [hashOf(key), key]));
    const hashes = await suppressed([...byHash.keys()], nowMs());
    return new Set([...hashes].map((hash) => byHash.get(hash) ?? ""));
  };
}
