import { type Kysely, sql } from "kysely";

/** Which pages show that somebody belongs to a segment, and what pages are looked at where: sums of at least 50 visitors. */
const statements = [
  sql`alter table segments add column categories text[] not null default '{}',
        add constraint segments_categories_count check (cardinality(categories) <= 50)`,
  sql`create table category_shares (
        -- The key of a département, or of all of France.
        area bigint not null,
        category text not null,
        share double precision not null,
        learnt_at timestamptz not null default now(),
        primary key (area, category),
        constraint category_shares_area check (area between 0 and 4294967295),
        constraint category_shares_category_length check (char_length(category) between 1 and 128),
        constraint category_shares_share check (share between 0 and 1)
      )`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await statement.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop table category_shares`.execute(db);
  await sql`alter table segments drop column categories`.execute(db);
}
