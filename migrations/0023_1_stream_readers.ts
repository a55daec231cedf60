import { type Kysely, sql } from "kysely";

/** How far the stream of events was read, and who reads it. */
const statements = [
  sql`create table stream_readers (
        -- Its name and when it was made: another one of the same name is read from its beginning.
        stream text primary key,
        -- Null = nobody reads it.
        owner text,
        -- The owner's until then; each heartbeat puts it off.
        leased_until timestamptz not null default now(),
        constraint stream_readers_stream_length check (char_length(stream) between 1 and 300),
        constraint stream_readers_owner_length check (char_length(owner) between 1 and 100)
      )`,
  sql`create table stream_checkpoints (
        stream text not null references stream_readers (stream) on delete cascade,
        shard text not null,
        -- The last record that was handled; null = none yet.
        sequence_number text,
        -- Closed, and read to its end.
        is_finished boolean not null default false,
        updated_at timestamptz not null default now(),
        primary key (stream, shard),
        constraint stream_checkpoints_shard_length check (char_length(shard) between 1 and 128),
        constraint stream_checkpoints_number check (sequence_number ~ '^[0-9]{1,128}$')
      )`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await statement.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop table stream_checkpoints`.execute(db);
  await sql`drop table stream_readers`.execute(db);
}
