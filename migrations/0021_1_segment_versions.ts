import { type Kysely, sql } from "kysely";

/** Segments may be renamed: who changes one says which version was read. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table segments add column version integer not null default 1
    constraint segments_version_positive check (version > 0)`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`alter table segments drop column version`.execute(db);
}
