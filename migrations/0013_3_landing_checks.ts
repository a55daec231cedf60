import { type Kysely, sql } from "kysely";

/** Whether the pages behind the ads answer: one row for each address, however many creatives lead there. */
const statements = [
  sql`create table landing_checks (
        url text primary key,
        status text not null default 'unchecked',
        reason text,
        http_status integer,
        checked_at timestamptz,
        due_at timestamptz not null default now(),
        constraint landing_checks_url check (url ~ '^https://[^[:space:]]+$' and char_length(url) <= 2048),
        constraint landing_checks_status check (status in ('unchecked', 'ok', 'broken')),
        constraint landing_checks_reason check ((status = 'broken') = (reason is not null)
          and reason ~ '^[a-z_]{1,40}$'),
        constraint landing_checks_http_status check (http_status between 100 and 599),
        constraint landing_checks_checked check ((status = 'unchecked') = (checked_at is null))
      )`,
  sql`create index landing_checks_by_due on landing_checks (due_at)`,
  sql`insert into landing_checks (url) select distinct landing_url from creatives`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await statement.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop table landing_checks`.execute(db);
}
