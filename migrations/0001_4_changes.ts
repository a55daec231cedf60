import { type Kysely, sql } from "kysely";

/**
 * What serving nodes follow, and what auditors read.
 *
 * Changes are recorded by triggers, so that no writer can forget them: a click rate updated by a job and a row mended
 * by hand reach the nodes like any other write. PostgreSQL folds equal notifications of one transaction into one.
 */
const tables = [
  sql`create table changes (
        revision bigint generated always as identity primary key,
        -- Revisions are handed out before commit, so they do not say what is already visible; transaction ids,
        -- compared with a reader's snapshot, do.
        transaction_id xid8 not null default pg_current_xact_id(),
        entity text not null,
        entity_id integer not null,
        changed_at timestamptz not null default now(),
        constraint changes_entity check (entity in ('advertiser', 'campaign', 'segment', 'site'))
      )`,
  sql`create index changes_by_transaction on changes (transaction_id)`,
  // The newest transaction whose changes were pruned: a reader that stands before it must load everything again.
  sql`create table changes_horizon (
        only_row boolean primary key default true check (only_row),
        transaction_id xid8 not null
      )`,
  sql`insert into changes_horizon (transaction_id) values ('0')`,
  sql`create table audit_log (
        id bigint generated always as identity primary key,
        at timestamptz not null default now(),
        actor_key_id integer references api_keys (id) on delete restrict,
        actor_label text not null,
        entity text not null,
        entity_id integer not null,
        before jsonb,
        after jsonb,
        constraint audit_log_actor_length check (char_length(actor_label) between 1 and 100),
        constraint audit_log_entity
          check (entity in ('advertiser', 'campaign', 'creative', 'placement', 'segment', 'site', 'api_key')),
        constraint audit_log_something check (before is not null or after is not null)
      )`,
  sql`create index audit_log_by_entity on audit_log (entity, entity_id, id)`,
];

const functions = [
  sql`create function record_changes() returns trigger language plpgsql as $$
      declare recorded integer;
      begin
        execute format(
          'insert into changes (entity, entity_id) select distinct %L, %I from changed_rows', tg_argv[0], tg_argv[1]);
        get diagnostics recorded = row_count;
        if recorded > 0 then perform pg_notify('atelier_changes', ''); end if;
        return null;
      end $$`,
  sql`create function refuse_rewriting() returns trigger language plpgsql as $$
      begin
        raise exception '% is append-only', tg_table_name using errcode = 'restrict_violation';
      end $$`,
];

/** table → what changed for a serving node, and the column that holds its id. */
const watched = [
  ["advertisers", "advertiser", "id"],
  ["campaigns", "campaign", "id"],
  ["campaign_segments", "campaign", "campaign_id"],
  ["creatives", "campaign", "campaign_id"],
  ["segments", "segment", "id"],
  ["sites", "site", "id"],
  ["placements", "site", "site_id"],
] as const;

/** A trigger with a transition table watches one event only, hence three of them for each table. */
const events = [
  ["insert", "new"],
  ["update", "new"],
  ["delete", "old"],
] as const;

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of [...tables, ...functions]) await statement.execute(db);
  for (const [table, entity, column] of watched) {
    for (const [event, side] of events) {
      await sql`create trigger ${sql.raw(`${table}_${event}_changes`)} after ${sql.raw(event)} on ${sql.table(table)}
        referencing ${sql.raw(side)} table as changed_rows for each statement
        execute function record_changes(${sql.lit(entity)}, ${sql.lit(column)})`.execute(db);
    }
  }
  await sql`create trigger audit_log_append_only before update or delete or truncate on audit_log
    for each statement execute function refuse_rewriting()`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  for (const [table] of watched) {
    for (const [event] of events) {
      await sql`drop trigger ${sql.raw(`${table}_${event}_changes`)} on ${sql.table(table)}`.execute(
        db,
      );
    }
  }
  await sql`drop table audit_log, changes_horizon, changes`.execute(db);
  await sql`drop function record_changes(), refuse_rewriting()`.execute(db);
}
