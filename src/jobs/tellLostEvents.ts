import { moneyBucketCount } from "../budgets/holdId.ts";
import type { Ledger } from "../serving/ledgerPorts.ts";
import { trackedEventId } from "../serving/ledgerRow.ts";
import type { RecentEvents } from "../serving/recentEvents.ts";
import type { SpooledEvent } from "../serving/recordEvent.ts";

export interface TellLostEventsDeps {
  readonly recent: Pick<RecentEvents, "ofBucket">;
  /** What names this life of the server that has a money bucket; null = it does not answer now. */
  readonly runOf: (bucket: number) => string | null;
  /** Whether a bucket is open in that life: what its outbox held is in the ledger then. Rejects when Redis is away. */
  readonly isOpen: (bucket: number) => Promise<boolean>;
  readonly ledger: Pick<Ledger, "exclusively">;
  /** Has an event counted again, as one that waited for Redis. */
  readonly spool: (event: SpooledEvent) => void;
  readonly nowMs: () => number;
}

/** What a replica may not have heard of when it took over, generously. */
const doubtfulMs = 10_000;
/** More than so many are not asked about at once. */
const mostDoubtful = 20_000;

/**
 * Creates the function that looks, once a call, whether another server (a replica that took over, the same one after a crash)
 * has become responsible for a money bucket. What this node had counted there shortly before, and the ledger does not have once
 * the bucket is rebuilt, was acknowledged by the old server and died with it: it is told again, and counts once. Answers how
 * many events that were. Rejects when a store is away; the next call goes on.
 */
export function createTellLostEvents(deps: TellLostEventsDeps): () => Promise<number> {
  const known = new Map<number, { readonly run: string; readonly seenAtMs: number }>();
  const doubtful = new Map<number, readonly SpooledEvent[]>();
  const look = (): void => {
    const nowMs = deps.nowMs();
    for (let bucket = 0; bucket < moneyBucketCount; bucket++) {
      const run = deps.runOf(bucket);
      if (run === null) continue;
      const before = known.get(bucket);
      known.set(bucket, { run, seenAtMs: nowMs });
      if (before === undefined || before.run === run) continue;
      const events = deps.recent.ofBucket(bucket, before.seenAtMs - doubtfulMs);
      const all = [...(doubtful.get(bucket) ?? []), ...events].slice(-mostDoubtful);
      if (all.length > 0) doubtful.set(bucket, all);
    }
  };
  return async () => {
    look();
    let told = 0;
    for (const [bucket, events] of [...doubtful]) {
      if (!(await deps.isOpen(bucket))) continue;
      const ids = events.map(({ kind, claims }) => trackedEventId(kind, claims));
      const asked = await deps.ledger.exclusively((session) => session.knownEvents(ids));
      // Somebody else moves charges; the next look comes soon.
      if (!asked.ran) return told;
      const lost = events.filter((_, index) => !asked.result.has(ids[index] ?? ""));
      for (const event of lost) deps.spool(event);
      told += lost.length;
      if (doubtful.get(bucket) === events) doubtful.delete(bucket);
    }
    return told;
  };
}
