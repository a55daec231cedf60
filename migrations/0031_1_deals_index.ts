import { type Kysely, sql } from "kysely";

/** Few of many campaigns have deals: their list finds them by this. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create index campaigns_with_deals on campaigns (id) where deals <> '[]'`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop index campaigns_with_deals`.execute(db);
}
