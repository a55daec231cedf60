/** How long a request that is seen now may have waited for this thread, ms: an upper bound. */
export type LoopWait = () => number;

export interface LoopWaitDeps {
  /** Milliseconds on a clock that only moves forward. */
  readonly monotonicMs: () => number;
  /** How long the event loop of this thread has waited for events in all, ms. */
  readonly idleMs: () => number;
  /** Runs a function once what is ready now has been handled (`setImmediate`). */
  readonly afterThis: (run: () => void) => void;
  /** Runs a function every few milliseconds, as soon as the loop comes to it. */
  readonly often: (run: () => void) => void;
}

/**
 * A request stands in its socket until the event loop comes to it, and no clock of ours is running yet. It cannot have come
 * before the last time that the loop was ready to be told of it: since then it waited for as long as the loop was busy. That
 * time is noted often, also while nobody asks: what jobs did in many short turns is no waiting.
 */
export function createLoopWait({ monotonicMs, idleMs, afterThis, often }: LoopWaitDeps): LoopWait {
  let roundEnd = { atMs: monotonicMs(), idleMs: idleMs() };
  let busyAtStart = 0;
  let startMs: number | null = null;
  const endRound = (): void => {
    startMs = null;
    roundEnd = { atMs: monotonicMs(), idleMs: idleMs() };
  };
  often(() => afterThis(endRound));
  return () => {
    const nowMs = monotonicMs();
    if (startMs !== null) return busyAtStart + (nowMs - startMs);
    startMs = nowMs;
    busyAtStart = Math.max(0, nowMs - roundEnd.atMs - (idleMs() - roundEnd.idleMs));
    afterThis(endRound);
    return busyAtStart;
  };
}
