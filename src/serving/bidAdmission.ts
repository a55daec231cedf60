import type { Ssp } from "./bidPorts.ts";
import { createDecayedQuantile, type DecayedQuantile } from "./decayedQuantile.ts";
import type { LoopWait } from "./loopWait.ts";

/**
 * Why a request is not looked at: more than was agreed, more than this node can answer in time, a body that came too slowly
 * for an answer in time, or more of them at once than there is room for.
 */
export type ShedReason = "over_quota" | "overloaded" | "slow_body" | "no_room";

/** A request that is being answered. */
export interface BidTicket {
  /** What deciding may take from now on, ms, when the exchange waits for `tmaxMs` (null = as in its settings). */
  readonly timeLeftMs: (tmaxMs: number | null) => number;
  /** The decision has ended, or was given up; `allowedMs` as it was told. */
  readonly decided: (allowedMs: number) => void;
  /** The answer has gone out. Once, whatever became of the request. */
  readonly left: () => void;
}

export interface BidAdmission {
  readonly enter: (ssp: Ssp) => BidTicket | Extract<ShedReason, "over_quota" | "overloaded">;
  /** How many are being decided. */
  readonly inFlight: () => number;
  /** What is kept back of the time of an SSP's requests for what happens outside our decisions, ms. */
  readonly marginMs: (sspId: number) => number;
}

export interface BidAdmissionDeps {
  readonly monotonicMs: () => number;
  /** The node's door, which pages pass as well: what waits, and whether there is room. */
  readonly load: BidLoad;
}

export interface BidLoad {
  readonly loopWait: LoopWait;
  /** Not null = there is no room for one more. */
  readonly refuse: (kind: "bid") => unknown;
  readonly begin: () => void;
  readonly end: () => void;
}

/** Of what happens outside our decisions, so much takes no longer. */
const marginShare = 0.99;
const marginHalfLifeMs = 10_000;
/** Two hiccups in a hundred quick answers count, a single one does not. */
const marginDoubt = 100;
/** More than this part of the time is never kept back: who keeps back all of it never learns that it is over. */
const mostKeptBack = 0.5;
/** Deciding is judged by the last moments: overload comes and goes within seconds. */
const decisionShare = 0.9;
const decisionHalfLifeMs = 500;
const decisionDoubt = 5;
/** A bucket of tokens holds what comes in a fifth of a second. */
const burstSeconds = 0.2;

interface SspState {
  tokens: number;
  filledMs: number;
  /** Waiting before and after the decision, and what deciding took beyond its time. */
  readonly outside: DecayedQuantile;
  readonly decisions: DecayedQuantile;
}

/**
 * Decides before a body is read whether a request is looked at, in a microsecond or two: within the agreed queries per
 * second (a token bucket per SSP and node), and only as long as the answer would still be in time, judged by how long
 * requests have waited and decided a moment ago. What is answered learns what happens outside of decisions, which is kept
 * back of the time that they get.
 */
export function createBidAdmission(deps: BidAdmissionDeps): BidAdmission {
  const { monotonicMs, load } = deps;
  const states = new Map<number, SspState>();
  const life = { inFlight: 0 };
  const stateOf = (sspId: number): SspState => {
    const known = states.get(sspId) ?? newState(monotonicMs());
    states.set(sspId, known);
    return known;
  };
  return {
    inFlight: () => life.inFlight,
    marginMs: (sspId) => stateOf(sspId).outside.quantile(marginShare, monotonicMs()),
    enter(ssp) {
      const nowMs = monotonicMs();
      const state = stateOf(ssp.sspId);
      if (!takeToken(state, ssp.qpsLimit, nowMs)) return "over_quota";
      const waitedMs = load.loopWait();
      const left = timeLeft(ssp, state, ssp.deadlineMs, nowMs) - waitedMs;
      const isHopeless = left < state.decisions.quantile(decisionShare, nowMs);
      if (isHopeless || load.refuse("bid") !== null) return "overloaded";
      const count = countIn(life, load);
      return createTicket(ssp, state, { enteredMs: nowMs, waitedMs }, count, monotonicMs);
    },
  };
}

function newState(nowMs: number): SspState {
  return {
    tokens: Number.POSITIVE_INFINITY,
    filledMs: nowMs,
    outside: createDecayedQuantile(marginHalfLifeMs, marginDoubt),
    decisions: createDecayedQuantile(decisionHalfLifeMs, decisionDoubt),
  };
}

function takeToken(state: SspState, qpsLimit: number, nowMs: number): boolean {
  const most = Math.max(Math.min(qpsLimit, 10), qpsLimit * burstSeconds);
  const filled = state.tokens + ((nowMs - state.filledMs) * qpsLimit) / 1_000;
  state.tokens = Math.min(most, filled);
  state.filledMs = nowMs;
  if (state.tokens < 1) return false;
  state.tokens -= 1;
  return true;
}

function timeLeft(ssp: Ssp, { outside }: SspState, timeMs: number, nowMs: number): number {
  const ours = timeMs - ssp.networkMs;
  return ours - Math.min(ours * mostKeptBack, outside.quantile(marginShare, nowMs));
}

type Count = Pick<BidLoad, "begin" | "end">;

/** Among the bids, and among all that the node decides. */
const countIn = (life: { inFlight: number }, load: Count): Count => ({
  begin() {
    life.inFlight++;
    load.begin();
  },
  end() {
    life.inFlight--;
    load.end();
  },
});

function createTicket(
  ssp: Ssp,
  state: SspState,
  { enteredMs, waitedMs }: { readonly enteredMs: number; readonly waitedMs: number },
  count: Count,
  monotonicMs: () => number,
): BidTicket {
  let beganMs: number | null = null;
  let decidedMs: number | null = null;
  let tookTooLongMs = 0;
  let hasLeft = false;
  return {
    timeLeftMs(tmaxMs) {
      // Who has hung up while his body was unpacked leaves no second time.
      if (beganMs === null && !hasLeft) count.begin();
      beganMs = monotonicMs();
      const timeMs = Math.min(tmaxMs ?? ssp.deadlineMs, ssp.deadlineMs);
      return timeLeft(ssp, state, timeMs, beganMs) - (beganMs - enteredMs);
    },
    decided(allowedMs) {
      decidedMs = monotonicMs();
      const tookMs = decidedMs - (beganMs ?? decidedMs);
      // Who had no time at all from the start says nothing of how long we take.
      tookTooLongMs = Math.max(0, tookMs - Math.max(0, allowedMs));
      state.decisions.add(tookMs, decidedMs);
    },
    left() {
      if (hasLeft) return;
      hasLeft = true;
      if (beganMs !== null) count.end();
      if (decidedMs === null) return;
      const nowMs = monotonicMs();
      state.outside.add(waitedMs + tookTooLongMs + (nowMs - decidedMs), nowMs);
    },
  };
}
