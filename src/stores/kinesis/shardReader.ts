import { faultName, type InRecord, type Shard, type StreamApi } from "./streamApi.ts";

/** How far a shard was read. */
export interface Checkpoint {
  /** The last record that was handled; null = none yet. */
  readonly sequenceNumber: string | null;
  /** Closed, and read to its end. */
  readonly isFinished: boolean;
}

export interface Checkpoints {
  readonly readAll: () => Promise<ReadonlyMap<string, Checkpoint>>;
  /** Durable when it resolves; rejects when another reader has taken over. */
  readonly write: (shardId: string, checkpoint: Checkpoint) => Promise<void>;
}

/** Handles records as a Lambda does: it names the first one that it could not handle, or none. */
export type HandleShardRecords = (
  shardId: string,
  records: readonly InRecord[],
) => Promise<{ readonly failedFrom: string | null }>;

export interface ShardReaderDeps {
  readonly api: Pick<StreamApi, "listShards" | "iteratorAfter" | "readRecords">;
  readonly checkpoints: Checkpoints;
  readonly handle: HandleShardRecords;
  readonly monotonicMs: () => number;
  /** Told what held a shard up; it is read again after a pause. */
  readonly onTrouble: (shardId: string, error: unknown) => void;
  /** Records of one request, at most 10,000. Default 500. */
  readonly limit?: number;
}

export interface ReadStep {
  readonly records: number;
  /** Of the shard that is furthest behind. */
  readonly behindMs: number;
  /** Shards that were read; the others wait for their parents, or pause. */
  readonly shards: number;
  /** More is there to be read at once. */
  readonly hasMore: boolean;
}

interface ShardState {
  iterator: string | null;
  failures: number;
  notBeforeMs: number;
}

const defaultLimit = 500;
const firstPauseMs = 250;
const longestPauseMs = 30_000;

/**
 * Gives the function that reads every shard once, further from where it was: the records go to `handle`, and what it has
 * handled is remembered before more is read. A record is handled at least once, in the order of its shard; the parts of a
 * shard that was split or merged are read after it. Rejects when shards cannot be listed or checkpoints be read.
 */
export function createShardReader(deps: ShardReaderDeps): () => Promise<ReadStep> {
  const states = new Map<string, ShardState>();
  const stateOf = (shardId: string): ShardState => {
    const state = states.get(shardId) ?? { iterator: null, failures: 0, notBeforeMs: 0 };
    states.set(shardId, state);
    return state;
  };
  return async () => {
    const [shards, checkpoints] = await Promise.all([
      deps.api.listShards(),
      deps.checkpoints.readAll(),
    ]);
    const nowMs = deps.monotonicMs();
    const readable = readableShards(shards, checkpoints).filter(
      ({ shardId }) => stateOf(shardId).notBeforeMs <= nowMs,
    );
    const steps = await Promise.all(
      readable.map(({ shardId }) =>
        readShard(shardId, checkpoints.get(shardId), stateOf(shardId), deps),
      ),
    );
    return {
      records: steps.reduce((sum, { records }) => sum + records, 0),
      behindMs: Math.max(0, ...steps.map(({ behindMs }) => behindMs)),
      shards: steps.length,
      hasMore: steps.some(({ hasMore }) => hasMore),
    };
  };
}

/** Shards that are not read to their end and whose parents are, as far as the stream still has these. Pure. */
export function readableShards(
  shards: readonly Shard[],
  checkpoints: ReadonlyMap<string, Checkpoint>,
): readonly Shard[] {
  const isFinished = (shardId: string): boolean => checkpoints.get(shardId)?.isFinished === true;
  const waitsFor = new Set(
    shards.filter(({ shardId }) => !isFinished(shardId)).map(({ shardId }) => shardId),
  );
  return shards.filter(
    ({ shardId, parentIds }) =>
      !isFinished(shardId) && !parentIds.some((parent) => waitsFor.has(parent)),
  );
}

type ShardStep = Pick<ReadStep, "records" | "behindMs" | "hasMore">;
const idle: ShardStep = { records: 0, behindMs: 0, hasMore: false };

async function readShard(
  shardId: string,
  checkpoint: Checkpoint | undefined,
  state: ShardState,
  deps: ShardReaderDeps,
): Promise<ShardStep> {
  try {
    const step = await readOn(shardId, checkpoint?.sequenceNumber ?? null, state, deps);
    if (step.isSound) state.failures = 0;
    else pause(state, deps.monotonicMs());
    return step;
  } catch (error) {
    // An iterator lives for five minutes: another one goes on from the checkpoint.
    state.iterator = null;
    if (faultName(error) === "ExpiredIteratorException") return { ...idle, hasMore: true };
    pause(state, deps.monotonicMs());
    deps.onTrouble(shardId, error);
    return idle;
  }
}

async function readOn(
  shardId: string,
  after: string | null,
  state: ShardState,
  { api, checkpoints, handle, limit = defaultLimit }: ShardReaderDeps,
): Promise<ShardStep & { readonly isSound: boolean }> {
  const iterator = state.iterator ?? (await api.iteratorAfter(shardId, after));
  const { records, nextIterator, behindMs } = await api.readRecords(iterator, limit);
  const { failedFrom } =
    records.length === 0 ? { failedFrom: null } : await handle(shardId, records);
  const failedAt = records.findIndex(({ sequenceNumber }) => sequenceNumber === failedFrom);
  const handled = failedAt === -1 ? records : records.slice(0, failedAt);
  const isSound = failedAt === -1;
  const isFinished = isSound && nextIterator === null;
  const last = handled.at(-1)?.sequenceNumber ?? null;
  if (last !== null || isFinished)
    await checkpoints.write(shardId, { sequenceNumber: last ?? after, isFinished });
  state.iterator = isSound ? nextIterator : null;
  const hasMore = isSound && (isFinished || behindMs > 0);
  return { records: handled.length, behindMs, hasMore, isSound };
}

/** Twice as long after each failure in a row. */
function pause(state: ShardState, nowMs: number): void {
  state.notBeforeMs = nowMs + Math.min(longestPauseMs, firstPauseMs * 2 ** state.failures);
  state.failures++;
}
