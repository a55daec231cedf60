/** What the longest turns of this thread's loop cost it, in milliseconds of its own processor time: others' load does not count. */
export interface TurnMeter {
  stop(): { readonly longestMs: number; readonly over10Ms: number };
}

/** Measures every turn of the loop until it is stopped. Keeps the loop busy, so that no turn waits; allocates nothing that grows. */
export function measureTurns(): TurnMeter {
  let longestMs = 0;
  let over10Ms = 0;
  let last = process.threadCpuUsage();
  let isStopped = false;
  const look = (): void => {
    const now = process.threadCpuUsage();
    const turnMs = (now.user - last.user + now.system - last.system) / 1_000;
    if (turnMs > longestMs) longestMs = turnMs;
    if (turnMs > 10) over10Ms += 1;
    last = now;
    if (!isStopped) setImmediate(look);
  };
  setImmediate(look);
  return {
    stop() {
      isStopped = true;
      return { longestMs, over10Ms };
    },
  };
}
