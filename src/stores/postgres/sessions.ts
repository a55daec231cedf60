import { type Kysely, sql, type Transaction } from "kysely";
import type { LoginAttempts, SessionStore, SessionWrite } from "../../accounts/repository.ts";
import { sessionLimits } from "../../accounts/sessionLimits.ts";
import type { Actor, KnownCaller } from "../../campaigns/repository.ts";
import { type CallerRow, rowToCaller, visibleAdvertisers } from "./callerRows.ts";
import type { Database } from "./database.ts";
import { withPublicFaults } from "./faults.ts";
import { insertAudit } from "./rowWrites.ts";

const seconds = (count: number) => sql`make_interval(secs => ${count})`;

/** Sessions in Postgres, by the database's own clock. */
export function createSessionStore(db: Kysely<Database>): SessionStore {
  const inTransaction = <Result>(work: (trx: Transaction<Database>) => Promise<Result>) =>
    withPublicFaults(() => db.transaction().execute(work));
  return {
    begin: (session, actor) => inTransaction((trx) => begin(trx, session, actor)),
    findByHash: (tokenHash) => withPublicFaults(() => findByHash(db, tokenHash)),
    end: (sessionId, actor) => inTransaction((trx) => end(trx, sql`id = ${sessionId}`, actor)),
    endAll: (userId, exceptSessionId, actor) =>
      inTransaction((trx) =>
        end(trx, sql`user_id = ${userId} and id is distinct from ${exceptSessionId}`, actor),
      ),
  };
}

interface SessionRow {
  readonly id: number;
  readonly user_id: number;
  readonly organization_id: number;
}

/** Of many sessions of one person the oldest give way. A closed organisation's people begin none. */
async function begin(
  trx: Transaction<Database>,
  { userId, tokenHash, passwordHash = null }: SessionWrite,
  actor: Actor,
): Promise<boolean> {
  await sql`delete from sessions where user_id = ${userId} and (ends_at <= now() or id in (
    select id from sessions where user_id = ${userId} order by id desc
    offset ${sessionLimits.perUser - 1}))`.execute(trx);
  const { rows } = await sql<SessionRow>`
    insert into sessions (user_id, token_hash, ends_at)
    select id, ${tokenHash}, now() + ${seconds(sessionLimits.longestSeconds)} from users
    where id = ${userId} and active
      and exists (select from organizations o where o.id = users.organization_id and o.active)
      and (${passwordHash}::text is null or password_hash = ${passwordHash})
    for share
    returning id, user_id, (select organization_id from users where id = ${userId})`.execute(trx);
  const entries = rows.map((row) => ({ id: row.id, before: null, after: toAudit(row) }));
  await insertAudit(trx, "session", entries, actor);
  return rows.length > 0;
}

async function end(
  trx: Transaction<Database>,
  which: ReturnType<typeof sql>,
  actor: Actor,
): Promise<void> {
  const { rows } = await sql<SessionRow>`
    delete from sessions s using users u where u.id = s.user_id
      and s.id in (select id from sessions where ${which})
    returning s.id, s.user_id, u.organization_id`.execute(trx);
  const entries = rows.map((row) => ({ id: row.id, before: toAudit(row), after: null }));
  await insertAudit(trx, "session", entries, actor);
}

const toAudit = ({ id, user_id, organization_id }: SessionRow) => ({
  sessionId: id,
  userId: user_id,
  organizationId: organization_id,
});

async function findByHash(db: Kysely<Database>, tokenHash: string): Promise<KnownCaller | null> {
  const { rows } = await sql<CallerRow & { readonly is_stale: boolean }>`
    select null::integer as api_key_id, u.id as user_id, s.id as session_id, u.name as label, u.role,
      null::text[] as scopes, u.organization_id, o.kind = 'operator' as is_operator,
      ${visibleAdvertisers(sql`null::integer[]`)} as advertiser_ids,
      s.seen_at < now() - interval '1 minute' as is_stale
    from sessions s join users u on u.id = s.user_id join organizations o on o.id = u.organization_id
    where s.token_hash = ${tokenHash} and s.ends_at > now() and u.active and o.active
      and s.seen_at > now() - ${seconds(sessionLimits.idleSeconds)}`.execute(db);
  const row = rows[0];
  if (row === undefined) return null;
  if (row.is_stale) {
    sql`update sessions set seen_at = now() where id = ${row.session_id}`
      .execute(db)
      .catch(() => undefined);
  }
  return rowToCaller(row);
}

/** Tries to log in, counted in one statement each, so that many at once are counted one by one. */
export function createLoginAttempts(db: Kysely<Database>): LoginAttempts {
  return {
    count: (subjects) => withPublicFaults(() => countAttempts(db, subjects)),
    forget: (subjects) =>
      withPublicFaults(async () => {
        await sql`delete from login_attempts where subject = any(${subjects})`.execute(db);
      }),
  };
}

async function countAttempts(
  db: Kysely<Database>,
  subjects: readonly string[],
): Promise<readonly number[]> {
  const began = sql`now() - ${seconds(sessionLimits.attemptWindowSeconds)}`;
  await sql`delete from login_attempts where subject in (
    select subject from login_attempts where began_at <= ${began} limit 100 for update skip locked)`.execute(
    db,
  );
  // In one order for all, so that no two wait for each other.
  const { rows } = await sql<{ readonly subject: string; readonly attempts: number }>`
    insert into login_attempts as l (subject, attempts, began_at)
    select subject, 1, now() from unnest(${subjects}::text[]) as s (subject) order by subject
    on conflict (subject) do update set
      attempts = case when l.began_at <= ${began} then 1 else l.attempts + 1 end,
      began_at = case when l.began_at <= ${began} then now() else l.began_at end
    returning subject, attempts`.execute(db);
  const counts = new Map(rows.map((row) => [row.subject, row.attempts]));
  return subjects.map((subject) => counts.get(subject) ?? 0);
}
