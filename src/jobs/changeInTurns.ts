import { setImmediate as nextTurn } from "node:timers/promises";
import type { Sliced } from "../targeting/segment/sliced.ts";
import {
  applyChanges,
  foldChanges,
  freshSize,
  mostFreshCampaigns,
  type Snapshot,
} from "../targeting/snapshot.ts";
import type { FollowerDeps } from "./snapshotFollower.ts";

/** So long may a fold hold the event loop at a time. */
const turnMs = 1;

/**
 * How a serving node applies changes: few at once, as they come; many, and folding what has come, in turns of a
 * millisecond between which requests are served. `monotonicMs`: a clock for measuring.
 */
export function changeInTurns(
  monotonicMs: () => number,
): Required<Pick<FollowerDeps<Snapshot>, "applyChanges" | "settle">> {
  return {
    applyChanges(snapshot, changed, removedIds, meta) {
      if (changed.length <= mostFreshCampaigns)
        return applyChanges(snapshot, changed, removedIds, meta);
      return inTurns(foldChanges(snapshot, changed, removedIds, meta), monotonicMs);
    },
    settle(snapshot) {
      if (freshSize(snapshot) <= mostFreshCampaigns) return snapshot;
      return inTurns(foldChanges(snapshot, [], [], snapshot), monotonicMs);
    },
  };
}

async function inTurns<Result>(work: Sliced<Result>, monotonicMs: () => number): Promise<Result> {
  for (;;) {
    const startedMs = monotonicMs();
    while (monotonicMs() - startedMs < turnMs) {
      const { done, value } = work.next();
      if (done === true) return value;
    }
    await nextTurn();
  }
}
