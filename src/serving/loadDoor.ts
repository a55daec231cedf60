import { createLoadLimit, type LoadLimitDeps, type LoadState } from "./loadLimit.ts";
import type { LoopWait } from "./loopWait.ts";

/**
 * What an operator says of shedding: `off` = nobody is sent away, `auto` = what this node cannot do; a percentage = that part of
 * all pages and bids besides.
 */
export type Shedding = "off" | "auto" | number;

/** Why a request was sent away: more at once than can be done, waited too long already, or so told by an operator. */
export type ShedCause = "full" | "late" | "told";

/** What is decided here and may be sent away. */
export type LoadKind = "page" | "bid";

export interface LoadDoor {
  /** Null = it may come in. A few hundred nanoseconds. */
  readonly refuse: (kind: LoadKind) => ShedCause | null;
  /** It is being decided, its body has been read; and no longer. */
  readonly begin: () => void;
  readonly end: () => void;
  /** Whether this node sends pages away: whoever can ask again later should. */
  readonly isShedding: () => boolean;
  readonly obey: (shedding: Shedding) => void;
  /** The node stops: whoever is still sent away is told so by Node, which ends his connection. */
  readonly close: () => void;
  readonly state: () => LoadState & { readonly waitMs: number; readonly shedding: Shedding };
  /** How long a request that is seen now may have waited for this thread, ms. */
  readonly loopWait: LoopWait;
}

export interface LoadDoorDeps extends LoadLimitDeps {
  readonly loopWait: LoopWait;
  /** Who has waited for so long before being seen is not worth deciding for, ms. */
  readonly longestWaitMs: number;
}

/** Our own pages come first: what is left of the limit above this is theirs. */
const shareOf: Readonly<Record<LoadKind, number>> = { page: 1, bid: 0.75 };
/** Who was sent away a moment ago says that there is no room now. */
const rememberMs = 1_000;

/** The one door of a node's decisions, for pages and bids alike: they share its thread. */
export function createLoadDoor(deps: LoadDoorDeps): LoadDoor {
  const { monotonicMs, loopWait, longestWaitMs } = deps;
  const limit = createLoadLimit(deps);
  let shedding: Shedding = "auto";
  let owed = 0;
  let shedAtMs = Number.NEGATIVE_INFINITY;
  let waitMs = 0;
  let isClosed = false;
  const isTold = (): boolean => {
    if (typeof shedding !== "number") return false;
    owed += shedding;
    if (owed < 100) return false;
    owed -= 100;
    return true;
  };
  const causeOf = (kind: LoadKind): ShedCause | null => {
    if (shedding === "off") return null;
    if (isTold()) return "told";
    if (waitMs > longestWaitMs) return "late";
    return limit.admits(shareOf[kind]) ? null : "full";
  };
  return {
    loopWait,
    refuse(kind) {
      waitMs = loopWait();
      const cause = causeOf(kind);
      if (cause === "full" || cause === "late") shedAtMs = monotonicMs();
      return cause;
    },
    begin: limit.begin,
    end: limit.end,
    isShedding: () => !isClosed && monotonicMs() - shedAtMs < rememberMs,
    close() {
      isClosed = true;
    },
    obey(wanted) {
      shedding = wanted;
      owed = 0;
    },
    state: () => ({ ...limit.state(), waitMs, shedding }),
  };
}
