import type { Count } from "../reports/counters.ts";
import { redecide } from "../reports/redecide.ts";
import type { DecisionSampling } from "../serving/decisionSampling.ts";
import type { DecisionInputs, DecisionOutcome } from "../serving/explainAnswer.ts";
import type { Sliced } from "../targeting/segment/sliced.ts";
import type { FunnelCounts } from "./funnelCounts.ts";

export interface SampleDecisionsDeps {
  readonly counts: Pick<FunnelCounts, "count">;
  /** One decision in so many, to begin with: it adapts to what the work costs. 0 = none, ever. */
  readonly every: number;
  readonly limits?: SamplingLimits;
  /** A clock for measuring, ms. */
  readonly monotonicMs: () => number;
  readonly onError: (error: unknown) => void;
}

export interface SamplingLimits {
  /** Re-decisions may take this much of each second, ms. */
  readonly workMsPerSecond: number;
  /** And hold the event loop for no longer than this at a time, ms. */
  readonly sliceMs: number;
  /** Then requests have this long, ms. */
  readonly pauseMs: number;
  /** Samples that wait; more are passed over, and the next ones are fewer. */
  readonly mostQueued: number;
}

export const defaultSamplingLimits: SamplingLimits = {
  workMsPerSecond: 20,
  sliceMs: 1,
  pauseMs: 4,
  mostQueued: 256,
};

export interface DecisionSampler extends DecisionSampling {
  /** Works off all that waits, at once. For simulators and tests: it holds the event loop. */
  readonly drain: () => void;
  /** Adapts the sampling to what the last seconds' work cost; called once a second. */
  readonly tune: () => void;
  readonly state: () => SamplerState;
  readonly stop: () => void;
}

export interface SamplerState {
  readonly every: number;
  readonly queued: number;
  readonly redecided: number;
  /** Samples that found the queue full. */
  readonly passedOver: number;
  readonly workMs: number;
}

interface Waiting {
  readonly inputs: DecisionInputs;
  readonly outcome: DecisionOutcome;
  readonly weight: number;
}

const mostEvery = 100_000;

/**
 * Decides a share of all decisions again beside requests, in slices of a millisecond, so that no request waits longer
 * than one. How many depends on what they cost: all of them where there are few, fewer the more there are.
 */
export function createDecisionSampler(deps: SampleDecisionsDeps): DecisionSampler {
  const limits = deps.limits ?? defaultSamplingLimits;
  const queue: Waiting[] = [];
  const state = { every: deps.every, redecided: 0, passedOver: 0, workMs: 0 };
  const step = createStep(queue, deps, state);
  let timer: NodeJS.Timeout | null = null;
  let isStopped = deps.every <= 0;

  const slice = (): void => {
    timer = null;
    const startedMs = deps.monotonicMs();
    let isBusy = step();
    while (isBusy && deps.monotonicMs() - startedMs < limits.sliceMs) isBusy = step();
    state.workMs += deps.monotonicMs() - startedMs;
    if (isBusy) schedule();
  };
  const schedule = (): void => {
    if (!isStopped) timer ??= setTimeout(slice, limits.pauseMs).unref();
  };
  return {
    isWanted: (decisionId) =>
      !isStopped && (state.every === 1 || hashOfEnd(decisionId) % state.every === 0),
    onDecided(inputs, outcome) {
      if (queue.length >= limits.mostQueued) {
        state.passedOver++;
        return;
      }
      queue.push({ inputs, outcome, weight: state.every });
      schedule();
    },
    drain() {
      while (step());
    },
    tune: createTune(state, () => queue.length / limits.mostQueued, deps, limits),
    state: () => ({ ...state, queued: queue.length }),
    stop() {
      isStopped = true;
      if (timer !== null) clearTimeout(timer);
      queue.length = 0;
    },
  };
}

/** The end of a random id is as random as all of it, and asked of every request: 32 bits, like `hashText`'s. */
function hashOfEnd(decisionId: string): number {
  let hash = 0x811c9dc5;
  for (let index = Math.max(0, decisionId.length - 8); index < decisionId.length; index++)
    hash = Math.imul(hash ^ decisionId.charCodeAt(index), 0x01000193);
  return hash >>> 0;
}

/** One step of the work at hand, or of the next; false = there is none. */
function createStep(
  queue: Waiting[],
  { counts, onError }: SampleDecisionsDeps,
  state: { redecided: number },
): () => boolean {
  let current: Sliced | null = null;
  return () => {
    current ??= nextOf(queue, counts);
    if (current === null) return false;
    try {
      if (current.next().done !== true) return true;
    } catch (error) {
      onError(error);
    }
    current = null;
    state.redecided++;
    return true;
  };
}

function nextOf(queue: Waiting[], counts: SampleDecisionsDeps["counts"]): Sliced | null {
  const next = queue.shift();
  if (next === undefined) return null;
  const { inputs, outcome, weight } = next;
  const { nowMs } = inputs.request;
  const count: Count = (campaignId, counter, amount) =>
    counts.count(campaignId, counter, { nowMs, weight, amount });
  return redecide({ ...inputs, shown: outcome.winners, refusals: outcome.refusals }, count);
}

/** Fewer at once when it was too much, more little by little. */
function createTune(
  state: { every: number; workMs: number; passedOver: number },
  filled: () => number,
  deps: SampleDecisionsDeps,
  limits: SamplingLimits,
): () => void {
  let before = { atMs: deps.monotonicMs(), workMs: 0, passedOver: 0 };
  return () => {
    const atMs = deps.monotonicMs();
    const seconds = Math.max(0.001, (atMs - before.atMs) / 1_000);
    const load = (state.workMs - before.workMs) / seconds / limits.workMsPerSecond;
    const isFull = state.passedOver > before.passedOver || filled() > 0.5;
    before = { atMs, workMs: state.workMs, passedOver: state.passedOver };
    const wanted = state.every * (isFull ? Math.max(2, load) : Math.max(0.5, load));
    const every = load > 1 || isFull ? Math.ceil(wanted) : Math.floor(wanted / 0.8);
    if (isFull || load > 1 || load < 0.6) state.every = Math.min(mostEvery, Math.max(1, every));
  };
}
