import { moneyBucketOf } from "../budgets/holdId.ts";
import type { SpooledEvent } from "./recordEvent.ts";

/** What this node has lately counted, for a server that took over and does not know of it. */
export interface RecentEvents {
  readonly add: (event: SpooledEvent) => void;
  /** Those of a money bucket that happened since then, ms. */
  readonly ofBucket: (bucket: number, sinceMs: number) => readonly SpooledEvent[];
}

/** Some seconds of a busy node; each keeps about a kilobyte. */
const kept = 5_000;

/** Remembers the last 5,000 events. */
export function createRecentEvents(): RecentEvents {
  const ring: SpooledEvent[] = [];
  let next = 0;
  return {
    add(event) {
      ring[next] = event;
      next = (next + 1) % kept;
    },
    ofBucket: (bucket, sinceMs) =>
      ring.filter(
        ({ claims, occurredAtMs }) =>
          occurredAtMs >= sinceMs && moneyBucketOf(claims.advertiserId) === bucket,
      ),
  };
}
