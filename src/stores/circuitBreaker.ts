export interface CircuitBreaker {
  /** Whether to ask now. While open, one question in `openForMs` is let through to see whether the store is back. */
  readonly allows: () => boolean;
  readonly succeeded: () => void;
  readonly failed: () => void;
}

export interface CircuitBreakerOptions {
  /** Failures in a row that open it. */
  readonly failuresToOpen: number;
  readonly openForMs: number;
  /** A clock that never runs backwards, ms. */
  readonly clockMs: () => number;
}

/** Stops asking a store that does not answer, so that pages do not wait for it one by one. */
export function createCircuitBreaker(options: CircuitBreakerOptions): CircuitBreaker {
  const { failuresToOpen, openForMs, clockMs } = options;
  let failuresInARow = 0;
  let openUntilMs: number | null = null;
  return {
    allows() {
      if (openUntilMs === null) return true;
      if (clockMs() < openUntilMs) return false;
      // The next probe waits its turn even if this one never reports back.
      openUntilMs = clockMs() + openForMs;
      return true;
    },
    succeeded() {
      failuresInARow = 0;
      openUntilMs = null;
    },
    failed() {
      failuresInARow++;
      if (failuresInARow >= failuresToOpen) openUntilMs = clockMs() + openForMs;
    },
  };
}
