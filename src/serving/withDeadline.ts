/** The promise's value, or `onLate()` when it has none in time. A fault after the deadline is nobody's any more. */
export type WithDeadline = <Value>(promise: Promise<Value>, onLate: () => Value) => Promise<Value>;

interface Waiting {
  readonly dueMs: number;
  /** Null once settled: who waits on in the list keeps nothing of its request. */
  giveUp: (() => void) | null;
}

/**
 * Gives each promise `deadlineMs` from the call on. One timer watches them all, since they come in the order of their
 * deadlines: a timer each costs as much as a command to Redis.
 */
export function createWithDeadline(deadlineMs: number): WithDeadline {
  // The settled ones at its head are let go of in groups.
  const waiting: Waiting[] = [];
  let isWatched = false;

  const letGo = (atLeast: number): void => {
    let settled = 0;
    while (settled < waiting.length && waiting[settled]!.giveUp === null) settled++;
    if (settled >= atLeast) waiting.splice(0, settled);
  };
  const look = (): void => {
    const nowMs = performance.now();
    for (const one of waiting) {
      if (one.dueMs > nowMs) break;
      one.giveUp?.();
    }
    letGo(1);
    const [next] = waiting;
    isWatched = next !== undefined;
    // Timers count whole milliseconds, and may come a little early.
    if (next !== undefined) setTimeout(look, Math.ceil(next.dueMs - nowMs));
  };
  return (promise, onLate) =>
    new Promise((resolve, reject) => {
      const one: Waiting = {
        dueMs: performance.now() + deadlineMs,
        giveUp: () => {
          one.giveUp = null;
          resolve(onLate());
        },
      };
      letGo(16);
      waiting.push(one);
      if (!isWatched) setTimeout(look, deadlineMs);
      isWatched = true;
      promise.then(
        (value) => {
          one.giveUp = null;
          resolve(value);
        },
        (error: unknown) => {
          one.giveUp = null;
          reject(error);
        },
      );
    });
}
