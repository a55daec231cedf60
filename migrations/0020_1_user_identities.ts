import { type Kysely, sql } from "kysely";

/** Whom an OpenID provider knows our people as. Issuer and subject decide from the first use on, not the e-mail address. */
const statements = [
  sql`create table user_identities (
        id integer generated always as identity primary key,
        user_id integer not null
          constraint user_identities_user_id_fkey references users (id) on delete cascade,
        issuer text not null,
        subject text not null,
        created_at timestamptz not null default now(),
        constraint user_identities_subject_unique unique (issuer, subject),
        -- One subject of each provider: who gets an old address at the provider does not get the old account with it.
        constraint user_identities_user_unique unique (user_id, issuer),
        constraint user_identities_issuer_length check (char_length(issuer) between 1 and 500),
        -- OpenID Connect Core, section 2: at most 255 ASCII characters.
        constraint user_identities_subject_length check (char_length(subject) between 1 and 255)
      )`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await statement.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop table user_identities`.execute(db);
}
