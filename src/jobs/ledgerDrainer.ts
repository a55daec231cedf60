import { defaultOutboxLimits, type OutboxLimits, type OutboxState } from "../budgets/limits.ts";
import type { BucketState, Ledger, MoneyBuckets, OutboxEntry } from "../serving/ledgerPorts.ts";
import { rebuildBudgets } from "./rebuildBudgets.ts";
import { writeEntries } from "./writeEntries.ts";

export interface LedgerDrainerDeps {
  readonly ledger: Ledger;
  readonly buckets: MoneyBuckets & {
    /** Tells of every new connection to Redis: a server that was restarted has buckets to rebuild. */
    readonly onConnected?: (listener: () => void) => void;
  };
  readonly now: () => number;
  readonly outboxLimits?: OutboxLimits;
  /** Told of a pass that failed (a store is away); the next pass tries again. */
  readonly onError?: (error: unknown) => void;
  /** Told of outbox entries that cannot be read: they are set aside beside the ledger, for they would never pass. */
  readonly onUnreadable?: (bucket: number, entryIds: readonly string[]) => void;
}

export interface LedgerDrainer {
  /** One pass: lapse due holds, write what is unwritten, rebuild lost buckets. Answers how many rows were new. Rejects when a store is away. */
  readonly runOnce: () => Promise<number>;
  /** Passes for ever, one after the other. */
  readonly start: () => void;
  /** Passes again soon (a bucket was seen to be lost, say); cheap to call often. */
  readonly wake: () => void;
  /** Finishes the present pass and ends. */
  readonly stop: () => Promise<void>;
  readonly outboxState: () => OutboxState;
  /** How many buckets were closed when the last pass looked. */
  readonly closedBuckets: () => number;
}

interface DrainedEntries {
  readonly bucket: number;
  readonly entries: readonly OutboxEntry[];
}

const pauseMs = 500;
/** However often it is woken: a store that stays away must not be asked without pause. */
const shortestPauseMs = 100;
/** The most entries of one bucket in one transaction. */
const entriesPerBucket = 1_000;

/**
 * Moves charges from the outboxes in Redis to the ledger. Entries are read and committed under one lock, and deleted only
 * after the commit: dying between any two steps loses nothing, and the ledger's unique event id doubles nothing. Any number
 * of nodes may run it; one at a time works. While Postgres is away the outbox keeps everything.
 */
export function createLedgerDrainer(deps: LedgerDrainerDeps): LedgerDrainer {
  let states: readonly BucketState[] = [];
  let stopped = false;
  let loop: Promise<void> | null = null;
  let endPause: () => void = () => undefined;

  const runOnce = async (): Promise<number> => {
    const nowMs = deps.now();
    // Closes what another run of Redis left behind, before anything waits for the ledger.
    states = await deps.buckets.tend(nowMs);
    const closed = states.filter((one) => !one.open && !one.isAway).map(({ bucket }) => bucket);
    // The ledger's side first: a bucket is rebuilt from it.
    const inserted = await drain(deps, states);
    await rebuildBudgets(deps, closed, nowMs);
    return inserted;
  };
  const repeat = async (): Promise<void> => {
    while (!stopped) {
      const inserted = await runOnce().catch((error: unknown) => {
        deps.onError?.(error);
        return 0;
      });
      if (inserted >= entriesPerBucket || stopped) continue;
      await new Promise<void>((resolve) => {
        const pausedAtMs = performance.now();
        endPause = () => {
          if (stopped || performance.now() - pausedAtMs >= shortestPauseMs) resolve();
        };
        setTimeout(resolve, pauseMs).unref();
      });
    }
  };
  deps.buckets.onConnected?.(() => endPause());
  return {
    runOnce,
    start() {
      loop ??= repeat();
    },
    wake: () => endPause(),
    async stop() {
      stopped = true;
      endPause();
      await loop;
    },
    outboxState: () => summarise(states, deps.now(), deps.outboxLimits ?? defaultOutboxLimits),
    closedBuckets: () => states.filter(({ open }) => !open).length,
  };
}

async function drain(deps: LedgerDrainerDeps, states: readonly BucketState[]): Promise<number> {
  const waiting = states.filter(({ unwritten }) => unwritten > 0);
  if (waiting.length === 0) return 0;
  const outcome = await deps.ledger.exclusively(async (session) => {
    const drained: readonly DrainedEntries[] = await Promise.all(
      waiting.map(async ({ bucket }) => ({
        bucket,
        entries: await deps.buckets.readOutbox(bucket, null, entriesPerBucket),
      })),
    );
    const entries = drained.flatMap((one) => one.entries);
    return { drained, inserted: await writeEntries(session, entries) };
  });
  if (!outcome.ran) return 0;
  await Promise.all(outcome.result.drained.map((entries) => removeWritten(deps, entries)));
  return outcome.result.inserted;
}

async function removeWritten(
  deps: LedgerDrainerDeps,
  { bucket, entries }: DrainedEntries,
): Promise<void> {
  const unreadable = entries.filter(({ row }) => row === null).map(({ entryId }) => entryId);
  if (unreadable.length > 0) deps.onUnreadable?.(bucket, unreadable);
  await deps.buckets.removeFromOutbox(
    bucket,
    entries.map(({ entryId }) => entryId),
  );
}

function summarise(
  states: readonly BucketState[],
  nowMs: number,
  limits: OutboxLimits,
): OutboxState {
  let unwritten = 0;
  let oldestAgeMs = 0;
  for (const state of states) {
    unwritten += state.unwritten;
    if (state.oldestAtMs > 0) oldestAgeMs = Math.max(oldestAgeMs, nowMs - state.oldestAtMs);
  }
  const pausePaid = unwritten >= limits.maxUnwritten || oldestAgeMs > limits.maxAgeMs;
  return { unwritten, oldestAgeMs, pausePaid };
}
