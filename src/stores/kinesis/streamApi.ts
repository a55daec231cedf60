/** What is needed of Kinesis Data Streams: `kinesisApi.ts` asks AWS, or an emulator, over the SDK. */

/** A record on its way into the stream. */
export interface OutRecord {
  readonly data: Buffer;
  /** Decimal, below 2^128: which shard takes it. */
  readonly hashKey: string;
  /** How many events are in it. */
  readonly events: number;
}

/** A record of a shard. */
export interface InRecord {
  readonly sequenceNumber: string;
  readonly partitionKey: string;
  readonly data: Uint8Array;
  readonly arrivedAtMs: number;
}

export interface Shard {
  readonly shardId: string;
  /** Of which it is a part (split), or that were merged into it. They may be gone from the stream. */
  readonly parentIds: readonly string[];
}

export interface ReadRecords {
  readonly records: readonly InRecord[];
  /** Null = the shard was closed, and this was all. */
  readonly nextIterator: string | null;
  readonly behindMs: number;
}

export interface StreamApi {
  /** The outcome of each record, in their order: null = taken, else the code of the error. Rejects when nothing was taken. */
  readonly putRecords: (records: readonly OutRecord[]) => Promise<readonly (string | null)[]>;
  /** Which stream of this name it is: another one after it was deleted and made again. */
  readonly identity: () => Promise<string>;
  readonly listShards: () => Promise<readonly Shard[]>;
  /** Null = from the oldest record that is kept. */
  readonly iteratorAfter: (shardId: string, sequenceNumber: string | null) => Promise<string>;
  readonly readRecords: (iterator: string, limit: number) => Promise<ReadRecords>;
}

/** The name of the error that Kinesis answers, or the code of the network's. */
export function faultName(error: unknown): string {
  if (!(error instanceof Error)) return "unknown";
  return "code" in error && typeof error.code === "string" ? error.code : error.name;
}
