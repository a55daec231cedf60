import type { SiteRecord } from "../campaigns/campaignFeed.ts";
import { createSnapshotFollower, describe, type FollowerDeps } from "./snapshotFollower.ts";

export interface SnapshotRefreshDeps<Snapshot> extends FollowerDeps<Snapshot> {
  /** Longest pause between two looks at the store; also what holds when no notification arrives. Default 400 ms. */
  readonly pollEveryMs?: number;
  /** A burst of notifications within this time is one refresh. Default 10 ms. */
  readonly debounceMs?: number;
}

export interface SnapshotRefresh<Snapshot> {
  /** Loads once, then follows until `stop`. Resolves after the first try, also when it failed: then it tries again. */
  start(): Promise<void>;
  /** Ends following; a refresh in flight is awaited. */
  stop(): Promise<void>;
  /** Something has changed: look soon. For LISTEN/NOTIFY. */
  notify(): void;
  /** The snapshot to serve from; null until the first load has succeeded. */
  current(): Snapshot | null;
  /** The sites and their placements; empty until the first load. */
  sites(): readonly SiteRecord[];
  /** How old the picture may be: ms since the store last confirmed it; null until the first load has succeeded. */
  ageMs(): number | null;
}

/**
 * Keeps a node's snapshot in step with the campaign store. One refresh at a time; a failed one keeps the previous
 * snapshot, whose age grows, and is tried again at the next poll.
 */
export function createSnapshotRefresh<Snapshot>(
  deps: SnapshotRefreshDeps<Snapshot>,
): SnapshotRefresh<Snapshot> {
  const follower = createSnapshotFollower(deps);
  const step = createReportingStep(follower.step, deps.log);
  const loop = createLoop(step, deps.pollEveryMs ?? 400, deps.debounceMs ?? 10);
  return {
    start: loop.start,
    stop: loop.stop,
    notify: loop.hurry,
    current: () => follower.current()?.snapshot ?? null,
    sites: () => follower.current()?.sites ?? [],
    ageMs() {
      const state = follower.current();
      return state === null ? null : Math.max(0, deps.clock() - state.confirmedAtMs);
    },
  };
}

/** Logs the first failure of an outage and its end, not every poll of it. */
function createReportingStep(
  step: () => Promise<void>,
  log: (message: string) => void,
): () => Promise<void> {
  let isFailing = false;
  return async () => {
    try {
      await step();
      if (isFailing) log("the snapshot follows the campaign store again");
      isFailing = false;
    } catch (error) {
      if (!isFailing)
        log(`the snapshot could not be refreshed, the last one stays: ${describe(error)}`);
      isFailing = true;
    }
  };
}

interface Loop {
  start(): Promise<void>;
  stop(): Promise<void>;
  hurry(): void;
}

/** Runs `step` every `pollEveryMs`, and `debounceMs` after a hurry; what hurries during a step gets another one. */
function createLoop(step: () => Promise<void>, pollEveryMs: number, debounceMs: number): Loop {
  let timer: NodeJS.Timeout | null = null;
  let running: Promise<void> | null = null;
  let isHurried = false;
  let isStopped = true;

  const run = async (): Promise<void> => {
    timer = null;
    isHurried = false;
    running = step();
    await running;
    running = null;
    if (!isStopped) timer = setTimeout(run, isHurried ? debounceMs : pollEveryMs);
  };

  return {
    start() {
      isStopped = false;
      return run();
    },
    async stop() {
      isStopped = true;
      if (timer !== null) clearTimeout(timer);
      timer = null;
      await running;
    },
    hurry() {
      if (isHurried || isStopped) return;
      isHurried = true;
      if (timer === null) return;
      clearTimeout(timer);
      timer = setTimeout(run, debounceMs);
    },
  };
}
