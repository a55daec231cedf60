import { type Kysely, sql } from "kysely";

/**
 * Nobody's creative is shown before somebody has looked at it. What exists is approved: it was served until now.
 * `approved_shown` is the approved version of a creative that waits for its review again, as serving nodes read it.
 */
const statements = [
  sql`create sequence review_queue_number`,
  sql`create function valid_review_reasons(reasons text[]) returns boolean
      language sql immutable parallel safe as $$
        select cardinality(reasons) <= 10 and not exists (
          select from unnest(reasons) as r(code) where code is null or code !~ '^[a-z_]{1,40}$')
      $$`,
  sql`alter table creatives
        add column review_status text not null default 'approved',
        add column review_reasons text[] not null default '{}',
        add column review_note text,
        add column reviewed_by text,
        add column reviewed_at timestamptz,
        add column review_number bigint not null default 0,
        add column approved_shown jsonb`,
  sql`alter table creatives alter column review_status set default 'pending',
        alter column review_number set default nextval('review_queue_number'),
        add constraint creatives_review_status check (review_status in ('pending', 'approved', 'rejected')),
        add constraint creatives_review_reasons check (valid_review_reasons(review_reasons)),
        add constraint creatives_rejection_has_reasons
          check ((review_status = 'rejected') = (cardinality(review_reasons) > 0)),
        add constraint creatives_review_note_length check (char_length(review_note) between 1 and 500),
        add constraint creatives_reviewed_by_length check (char_length(reviewed_by) between 1 and 100),
        add constraint creatives_approved_shown
          check (approved_shown is null or (jsonb_typeof(approved_shown) = 'object' and review_status <> 'approved'))`,
  sql`create index creatives_by_review on creatives (review_number, id) where review_status = 'pending'`,
  sql`alter table advertisers add column auto_approve boolean not null default false`,
];

/** A kill switch stands beside what an owner says of a thing: ending it brings back what the owner had said. */
const suspended = ["creatives", "campaigns", "advertisers"] as const;

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await statement.execute(db);
  for (const table of suspended) {
    await sql`alter table ${sql.table(table)} add column suspended_at timestamptz, add column suspended_reason text,
      add constraint ${sql.ref(`${table}_suspension`)} check (num_nulls(suspended_at, suspended_reason) in (0, 2)
        and suspended_reason = btrim(suspended_reason) and char_length(suspended_reason) between 1 and 200)`.execute(
      db,
    );
  }
}

export async function down(db: Kysely<unknown>): Promise<void> {
  for (const table of suspended) {
    await sql`alter table ${sql.table(table)} drop column suspended_at, drop column suspended_reason`.execute(
      db,
    );
  }
  await sql`alter table advertisers drop column auto_approve`.execute(db);
  await sql`alter table creatives drop column review_status, drop column review_reasons, drop column review_note,
    drop column reviewed_by, drop column reviewed_at, drop column review_number, drop column approved_shown`.execute(
    db,
  );
  await sql`drop function valid_review_reasons(text[])`.execute(db);
  await sql`drop sequence review_queue_number`.execute(db);
}
