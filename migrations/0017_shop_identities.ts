import { type Kysely, sql } from "kysely";

/** What shops told of themselves in their own words: who they are by law, and where they are reached. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create table shop_identities (
      advertiser_id integer primary key references advertisers (id) on delete cascade,
      siret text,
      phone text,
      address text,
      constraint shop_identities_siret check (siret ~ '^[0-9]{14}$'),
      constraint shop_identities_phone check (phone ~ '^\\+[0-9]{8,15}$'),
      constraint shop_identities_address check (address = btrim(address) and char_length(address) between 1 and 200),
      constraint shop_identities_something check (num_nonnulls(siret, phone, address) > 0)
    )`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop table shop_identities`.execute(db);
}
