import { type Kysely, sql } from "kysely";
import type {
  ClaimOutcome,
  IdempotencyStore,
  KeptWrite,
  WriteClaim,
} from "../../campaigns/idempotency.ts";
import { createTurns } from "../../turns.ts";
import type { Database } from "./database.ts";
import { withPublicFaults } from "./faults.ts";
import { inOneTransaction } from "./transactionScope.ts";

/** Each holds a connection while it computes: some of the pool's are left for everybody else. */
const mostTransactions = 6;

/** A node that has stopped in the middle must not hold its locks for ever. */
const endWhenIdle = sql`set local idle_in_transaction_session_timeout = '30s'`;

interface KeptRow {
  readonly request_hash: Buffer;
  readonly sealed_answer: Buffer;
}

/**
 * Answers to writes, kept by the transaction of the write itself: a node that dies between the two leaves neither. While it
 * runs, a lock of that transaction holds the key, so that nothing has to be cleaned up after a node that died.
 */
export function createIdempotencyStore(db: Kysely<Database>): IdempotencyStore {
  const { run: inTurn } = createTurns({ atOnce: mostTransactions });
  return {
    inTransaction: (work) =>
      inTurn(() =>
        withPublicFaults(() =>
          inOneTransaction(db, async () => {
            await endWhenIdle.execute(db);
            return work();
          }),
        ),
      ),
    claim: (claim, waits) => withPublicFaults(() => claimWrite(db, claim, waits)),
    save: ({ owner, key, part }, { requestHash, sealedAnswer }) =>
      withPublicFaults(async () => {
        await sql`insert into idempotent_answers (owner, idempotency_key, part, request_hash, sealed_answer)
          values (${owner}, ${key}, ${part}, ${requestHash}, ${sealedAnswer})`.execute(db);
      }),
  };
}

async function claimWrite(
  db: Kysely<Database>,
  { owner, key, part }: WriteClaim,
  waits: boolean,
): Promise<ClaimOutcome> {
  const name = sql`hashtextextended(${`${owner} ${key}`}, 5)`;
  if (waits) await sql`select pg_advisory_xact_lock(${name})`.execute(db);
  else {
    const { rows } = await sql<{ readonly got: boolean }>`
      select pg_try_advisory_xact_lock(${name}) as got`.execute(db);
    if (rows[0]?.got !== true) return { kind: "in_progress" };
  }
  const { rows } = await sql<KeptRow>`select request_hash, sealed_answer from idempotent_answers
    where owner = ${owner} and idempotency_key = ${key} and part = ${part}`.execute(db);
  const row = rows[0];
  return row === undefined ? { kind: "free" } : { kind: "done", write: rowToWrite(row) };
}

const rowToWrite = (row: KeptRow): KeptWrite => ({
  requestHash: row.request_hash,
  sealedAnswer: row.sealed_answer,
});

/** Forgets answers older than `keepMs`, some thousands at a time. Returns how many were forgotten. */
export async function pruneAnswers(db: Kysely<Database>, keepMs: number): Promise<number> {
  const { numAffectedRows } = await sql`delete from idempotent_answers where ctid = any(array(
    select ctid from idempotent_answers
    where created_at < now() - make_interval(secs => ${keepMs / 1_000}::double precision) limit 5000))`.execute(
    db,
  );
  return Number(numAffectedRows ?? 0n);
}
