import { type Kysely, sql } from "kysely";

/**
 * What visitors may ask of us: to be forgotten (for good: who was erased stays out of later loads of scores), and to see what
 * they agreed to. Nobody is named: `visitor_hash` is a keyed hash of the visitor's key, and the key itself stands only in the
 * queue, until the last store has forgotten it. And what ads were shown for, counted without anybody.
 */
const hashRule = (table: string): string =>
  `constraint ${table}_visitor_hash check (visitor_hash ~ '^[A-Za-z0-9_-]{22}$')`;
const causes = "('visitor', 'operator', 'withdrawal')";

const statements = [
  `create table visitor_erasures (
      id integer generated always as identity primary key,
      proof_id uuid not null,
      visitor_hash text not null,
      cause text not null,
      pass smallint not null,
      counts jsonb not null,
      unreached text[] not null default '{}',
      erased_at timestamptz not null,
      constraint visitor_erasures_once unique (proof_id, pass),
      ${hashRule("visitor_erasures")},
      constraint visitor_erasures_cause check (cause in ${causes}),
      constraint visitor_erasures_pass check (pass between 1 and 1000),
      constraint visitor_erasures_counts check (jsonb_typeof(counts) = 'object' and octet_length(counts::text) <= 1000),
      constraint visitor_erasures_unreached check (cardinality(unreached) <= 10)
    )`,
  `create index visitor_erasures_by_visitor on visitor_erasures (visitor_hash)`,
  `create table erasure_queue (
      proof_id uuid primary key,
      visitor_key text not null unique,
      visitor_hash text not null,
      cause text not null,
      passes smallint not null default 0,
      requested_at timestamptz not null,
      due_at timestamptz not null,
      constraint erasure_queue_key check (visitor_key ~ '^[A-Za-z0-9_-]{22}$'),
      ${hashRule("erasure_queue")},
      constraint erasure_queue_cause check (cause in ${causes})
    )`,
  `create index erasure_queue_by_due on erasure_queue (due_at)`,
  `create table visitor_suppressions (
      visitor_hash text primary key,
      cause text not null,
      since timestamptz not null,
      until timestamptz not null,
      ${hashRule("visitor_suppressions")},
      constraint visitor_suppressions_cause check (cause in ${causes}),
      constraint visitor_suppressions_until check (until > since)
    )`,
  `create index visitor_suppressions_by_until on visitor_suppressions (until)`,
  // Five bits: storing, personalising, place, precise place, measuring.
  `create table consent_states (
      visitor_hash text primary key,
      purposes smallint not null,
      basis text not null,
      seen_at timestamptz not null,
      ${hashRule("consent_states")},
      constraint consent_states_purposes check (purposes between 0 and 31)
    )`,
  `create index consent_states_by_seen on consent_states (seen_at)`,
  `create table consent_log (
      id bigint generated always as identity primary key,
      visitor_hash text not null,
      purposes smallint not null,
      basis text not null,
      seen_at timestamptz not null,
      ${hashRule("consent_log")},
      constraint consent_log_purposes check (purposes between 0 and 31),
      constraint consent_log_basis check (basis in ('no_gdpr', 'tc_string', 'vendor_refused', 'expired'))
    )`,
  `create index consent_log_by_visitor on consent_log (visitor_hash, id)`,
  `create index consent_log_by_seen on consent_log (seen_at)`,
  `create function refuse_log_change() returns trigger language plpgsql as $$
      begin
        if tg_op = 'DELETE' and tg_table_name = 'consent_log' then
          if old.seen_at < now() - interval '25 months' then return old; end if;
        end if;
        raise exception 'this log is append-only';
      end $$`,
  `create trigger visitor_erasures_append_only before update or delete on visitor_erasures
      for each row execute function refuse_log_change()`,
  `create trigger visitor_erasures_never_truncated before truncate on visitor_erasures
      for each statement execute function refuse_log_change()`,
  `create trigger consent_log_append_only before update or delete on consent_log
      for each row execute function refuse_log_change()`,
  `create trigger consent_log_never_truncated before truncate on consent_log
      for each statement execute function refuse_log_change()`,
  `create table ad_transparency (
      day date not null,
      advertiser_id integer not null,
      advertiser text not null,
      payer text not null,
      place text not null,
      category boolean not null,
      audience boolean not null,
      ads bigint not null,
      primary key (day, advertiser_id, advertiser, payer, place, category, audience),
      constraint ad_transparency_advertiser check (advertiser_id > 0),
      constraint ad_transparency_names check (char_length(advertiser) <= 200 and char_length(payer) <= 200),
      constraint ad_transparency_place check (place in ('everywhere', 'search', 'device', 'home', 'ip')),
      constraint ad_transparency_ads check (ads > 0)
    )`,
];

const audited = ", 'visitor_erasure'::text";

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
  await rewriteEntities(db, "'api_key'::text", `'api_key'::text${audited}`);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await rewriteEntities(db, audited, "");
  await sql`drop table ad_transparency, consent_log, consent_states, visitor_suppressions, erasure_queue,
    visitor_erasures`.execute(db);
  await sql`drop function refuse_log_change()`.execute(db);
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
