/** How many requests are decided at once, learnt from whether this thread has anything left. */
export interface LoadLimit {
  /** One more request has come: whether it may be decided. `share` of the limit is its kind's, 0 to 1. */
  readonly admits: (share: number) => boolean;
  /** It is being decided; and no longer. */
  readonly begin: () => void;
  readonly end: () => void;
  readonly state: () => LoadState;
}

export interface LoadState {
  readonly inFlight: number;
  /** What holds while the thread is full; until then a burst of `burst` passes. */
  readonly limit: number;
  /** The thread has had nothing left for a while: the limit holds. */
  readonly isFull: boolean;
}

export interface LoadLimitDeps {
  /** Milliseconds on a clock that only moves forward. */
  readonly monotonicMs: () => number;
  /** How long the event loop of this thread has waited for events in all, ms. */
  readonly idleMs: () => number;
}

/** A burst is no overload: only what lasts as long as this is (CoDel's interval, RFC 8289). */
const windowMs = 100;
/** A thread that waited for less than this share of a window was full. */
const fullBelow = 0.02;
/** What a full thread works on at once: fewer waste its turns, which are shared, and more wait for each other. */
const least = 48;
/** Requests that wait for a slow store cost nothing but memory. */
const most = 1_024;
/** So many at once are still answered within a fraction of their deadline. */
const burst = 512;
const shrink = 0.95;

/**
 * A limit of concurrency that adapts by additive increase and multiplicative decrease, as TCP's window does (Chiu & Jain 1989;
 * Netflix's concurrency-limits took it to servers). The signal is not how long requests take, which a slow store would spoil, but
 * whether this thread still waits for anything: while it does, more requests at once bring more answers; once it does not, they
 * only wait for each other. A standing overload is told from a burst as CoDel does, by how long it lasts.
 */
export function createLoadLimit({ monotonicMs, idleMs }: LoadLimitDeps): LoadLimit {
  const life = { inFlight: 0, limit: least, isFull: false };
  let refused = 0;
  let began = { atMs: monotonicMs(), idleMs: idleMs() };
  const look = (): void => {
    const now = { atMs: monotonicMs(), idleMs: idleMs() };
    const idleShare = (now.idleMs - began.idleMs) / (now.atMs - began.atMs);
    Object.assign(life, nextState(life, Math.max(0, idleShare), refused));
    refused = 0;
    began = now;
  };
  return {
    admits(share) {
      if (monotonicMs() - began.atMs >= windowMs) look();
      const allowed = life.isFull ? life.limit : Math.max(life.limit, burst);
      if (life.inFlight < allowed * share) return true;
      refused++;
      return false;
    },
    begin() {
      life.inFlight++;
    },
    end() {
      life.inFlight--;
    },
    state: () => ({ ...life }),
  };
}

/** What a window teaches. Pure. */
export function nextState(
  { limit, isFull }: Pick<LoadState, "limit" | "isFull">,
  idleShare: number,
  refused: number,
): Pick<LoadState, "limit" | "isFull"> {
  if (idleShare < fullBelow) return { isFull: true, limit: Math.max(least, limit * shrink) };
  // Nobody was sent away: what comes is less than what can be done.
  if (refused === 0) return { isFull: false, limit };
  const grown = limit + Math.max(1, (limit * idleShare) / 2);
  return { isFull, limit: Math.min(most, grown) };
}
