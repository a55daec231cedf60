import { type Kysely, sql } from "kysely";

/**
 * What operators change without a restart: at most one row, which ends by itself within a day. Every process asks for it once a
 * second.
 */
const statements = [
  `create table live_settings (
      id integer primary key default 1,
      log_level text,
      shedding text,
      set_at timestamptz not null default now(),
      expires_at timestamptz not null,
      constraint live_settings_one check (id = 1),
      constraint live_settings_log_level
        check (log_level in ('silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace')),
      constraint live_settings_shedding check (shedding ~ '^(off|auto|[1-9][0-9]?)$'),
      constraint live_settings_something check (num_nonnulls(log_level, shedding) > 0),
      constraint live_settings_ends check (expires_at > set_at and expires_at <= set_at + interval '1 day')
    )`,
];

const audited = ", 'live_settings'::text";

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
  await rewriteEntities(db, "'api_key'::text", `'api_key'::text${audited}`);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await rewriteEntities(db, audited, "");
  await sql`drop table live_settings`.execute(db);
}

/** Other migrations lengthen the same list: what else it holds now is kept. */
async function rewriteEntities(
  db: Kysely<unknown>,
  piece: string,
  replacement: string,
): Promise<void> {
  const { rows } = await sql<{ readonly definition: string }>`
    select pg_get_constraintdef(oid) as definition from pg_constraint
    where conname = 'audit_log_entity' and conrelid = 'audit_log'::regclass`.execute(db);
  const definition = (rows[0]?.definition ?? "").replace(/ NOT VALID$/, "");
  if (!definition.includes(piece)) throw new Error("the audit log's rule has another shape");
  const rule = sql.raw(definition.replace(piece, replacement));
  await sql`alter table audit_log drop constraint audit_log_entity,
    add constraint audit_log_entity ${rule} not valid`.execute(db);
}
