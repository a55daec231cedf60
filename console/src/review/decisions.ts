import type { QueuedCreative } from "../../../sdk/src/generated.ts";

/** What a reviewer says of one submission. */
export interface Decision {
  readonly item: QueuedCreative;
  readonly verdict: "approve" | "reject";
  readonly reasons: readonly string[];
  readonly note: string | null;
  readonly stopApproved: boolean;
}

export interface DecisionsDeps {
  readonly send: (decision: Decision) => Promise<void>;
  /** What was refused or failed, so that it can be shown again. */
  readonly onFailed: (decision: Decision, error: unknown) => void;
  /** The one that may still be undone; null = none. */
  readonly onPending: (decision: Decision | null) => void;
  /** Runs something later; answers how to give that up. */
  readonly later: (run: () => void) => () => void;
}

export interface Decisions {
  /** Keeps a decision for the time of regret, and sends the one before it at once. */
  readonly put: (decision: Decision) => void;
  /** Takes the last one back; null = it has been sent. */
  readonly undo: () => Decision | null;
  /** Sends what waits now: somebody leaves the page. */
  readonly flush: () => void;
}

/**
 * Decisions that can be taken back for some seconds: nothing is told to the server before, as an approved ad would be on
 * pages within a second. One waits at most.
 */
export function createDecisions({ send, onFailed, onPending, later }: DecisionsDeps): Decisions {
  let pending: { readonly decision: Decision; readonly cancel: () => void } | null = null;
  const take = (): Decision | null => {
    const taken = pending;
    pending = null;
    taken?.cancel();
    if (taken !== null) onPending(null);
    return taken?.decision ?? null;
  };
  const flush = (): void => {
    const decision = take();
    if (decision !== null) send(decision).catch((error: unknown) => onFailed(decision, error));
  };
  return {
    put(decision) {
      flush();
      pending = { decision, cancel: later(flush) };
      onPending(decision);
    },
    undo: take,
    flush,
  };
}
