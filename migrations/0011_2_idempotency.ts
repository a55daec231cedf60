import { type Kysely, sql } from "kysely";

/**
 * Answers to writes with an Idempotency-Key, kept for a day. They are sealed with the credential of whoever wrote: an
 * answer may hold a secret that is shown once.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create table idempotent_answers (
    owner text not null,
    idempotency_key text not null,
    -- Bulk calls keep an answer for each of their batches; others have the one part 0.
    part integer not null default 0,
    request_hash bytea not null,
    sealed_answer bytea not null,
    created_at timestamptz not null default now(),
    primary key (owner, idempotency_key, part),
    constraint idempotent_answers_owner_length check (char_length(owner) between 1 and 100),
    constraint idempotent_answers_key_shape check (idempotency_key ~ '^[!-~]{1,255}$'),
    constraint idempotent_answers_part_range check (part between 0 and 10000),
    constraint idempotent_answers_hash_length check (octet_length(request_hash) = 32),
    constraint idempotent_answers_answer_length check (octet_length(sealed_answer) between 1 and 4194304)
  )`.execute(db);
  await sql`create index idempotent_answers_by_age on idempotent_answers (created_at)`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop table idempotent_answers`.execute(db);
}
