import { createLoadLimit, type LoadLimit } from "../../../src/serving/loadLimit.ts";

/** What one request costs a thread, milliseconds; between the steps of a decision it waits for a store. */
export interface Costs {
  readonly stepsMs: readonly number[];
  readonly storeMs: number;
  /** To send somebody away. */
  readonly shedMs: number;
  /** Of each turn of the event loop. */
  readonly turnMs: number;
}

export interface Simulated {
  readonly decidedPerSecond: number;
  readonly shedPerSecond: number;
  readonly p99Ms: number;
  readonly limit: number;
}

interface Waiting {
  readonly readyMs: number;
  readonly cameMs: number;
  /** The step of its decision that comes next; 0 = it has just come. */
  readonly step: number;
}

/**
 * One event loop, by its clock alone: each turn it handles all that is ready, in order, and when nothing is it waits. Requests come
 * at even gaps. `gated` = false: everybody is let in.
 */
export function simulateThread(
  costs: Costs,
  { perSecond, seconds, gated = true }: { perSecond: number; seconds: number; gated?: boolean },
): Simulated {
  const clock = { ms: 0, idleMs: 0 };
  const limit = createLoadLimit({ monotonicMs: () => clock.ms, idleMs: () => clock.idleMs });
  const took: number[] = [];
  const gapMs = 1_000 / perSecond;
  let nextMs = gapMs;
  let waiting: Waiting[] = [];
  let shed = 0;
  const endMs = seconds * 1_000;
  // What the first second teaches is not counted.
  const counts = (cameMs: number): boolean => cameMs >= 1_000;
  const handle = ({ cameMs, step }: Waiting): void => {
    if (step === 0) {
      if (gated && !limit.admits(1)) {
        clock.ms += costs.shedMs;
        if (counts(cameMs)) shed++;
        return;
      }
      limit.begin();
    }
    clock.ms += costs.stepsMs[step] ?? 0;
    if (step + 1 < costs.stepsMs.length) {
      waiting.push({ readyMs: clock.ms + costs.storeMs, cameMs, step: step + 1 });
      return;
    }
    limit.end();
    if (counts(cameMs)) took.push(clock.ms - cameMs);
  };
  while (clock.ms < endMs) {
    for (; nextMs <= clock.ms; nextMs += gapMs)
      waiting.push({ readyMs: nextMs, cameMs: nextMs, step: 0 });
    const now = clock.ms;
    const ready = waiting.filter(({ readyMs }) => readyMs <= now);
    waiting = waiting.filter(({ readyMs }) => readyMs > now);
    if (ready.length === 0) {
      const wakeMs = Math.min(nextMs, ...waiting.map(({ readyMs }) => readyMs));
      clock.idleMs += wakeMs - clock.ms;
      clock.ms = wakeMs;
      continue;
    }
    clock.ms += costs.turnMs;
    for (const one of ready) handle(one);
  }
  return summary(took, shed, seconds - 1, limit);
}

function summary(took: number[], shed: number, seconds: number, limit: LoadLimit): Simulated {
  const sorted = took.sort((a, b) => a - b);
  return {
    decidedPerSecond: took.length / seconds,
    shedPerSecond: shed / seconds,
    p99Ms: sorted[Math.floor(sorted.length * 0.99)] ?? 0,
    limit: limit.state().limit,
  };
}
