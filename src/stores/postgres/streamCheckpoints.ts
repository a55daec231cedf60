import { type Kysely, sql } from "kysely";
import type { Checkpoint, Checkpoints } from "../kinesis/shardReader.ts";
import type { Database } from "./database.ts";

export interface StreamReader extends Checkpoints {
  /** Takes the stream when nobody reads it, or keeps it: true = it is this reader's for `leaseMs`. Rejects without Postgres. */
  readonly hold: () => Promise<boolean>;
  /** Gives it up, so that another one need not wait. */
  readonly release: () => Promise<void>;
}

export interface StreamReaderOptions {
  /** Which stream (`StreamApi.identity`). */
  readonly stream: string;
  /** Unique among all processes that ever live. */
  readonly owner: string;
  readonly leaseMs: number;
}

/**
 * One reader of a stream among the workers, and how far it has read. Time is the database's: workers' clocks may differ. A
 * reader that has lost its lease writes no checkpoint any more.
 */
export function createStreamReader(
  db: Kysely<Database>,
  { stream, owner, leaseMs }: StreamReaderOptions,
): StreamReader {
  const until = sql`now() + ${leaseMs} * interval '1 millisecond'`;
  return {
    async hold() {
      const { rows } = await sql`
        insert into stream_readers (stream, owner, leased_until) values (${stream}, ${owner}, ${until})
        on conflict (stream) do update set owner = excluded.owner, leased_until = excluded.leased_until
          where stream_readers.owner is null or stream_readers.owner = excluded.owner
            or stream_readers.leased_until < now()
        returning stream`.execute(db);
      return rows.length === 1;
    },
    async release() {
      await sql`update stream_readers set owner = null
        where stream = ${stream} and owner = ${owner}`.execute(db);
    },
    async readAll() {
      const { rows } = await sql<CheckpointRow>`
        select shard, sequence_number, is_finished from stream_checkpoints
        where stream = ${stream}`.execute(db);
      return new Map(rows.map((row) => [row.shard, rowToCheckpoint(row)]));
    },
    async write(shardId, { sequenceNumber, isFinished }) {
      const { rows } = await sql`
        insert into stream_checkpoints (stream, shard, sequence_number, is_finished)
        select stream, ${shardId}, ${sequenceNumber}, ${isFinished} from stream_readers
          where stream = ${stream} and owner = ${owner} for share
        on conflict (stream, shard) do update set sequence_number = excluded.sequence_number,
          is_finished = excluded.is_finished, updated_at = now()
        returning shard`.execute(db);
      if (rows.length === 0) throw new Error("another worker reads the stream now");
    },
  };
}

interface CheckpointRow {
  readonly shard: string;
  readonly sequence_number: string | null;
  readonly is_finished: boolean;
}

function rowToCheckpoint({ sequence_number, is_finished }: CheckpointRow): Checkpoint {
  return { sequenceNumber: sequence_number, isFinished: is_finished };
}
