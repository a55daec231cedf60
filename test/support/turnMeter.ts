/** What the longest turns of this thread's loop cost it, in milliseconds of its own processor time: others' load does not count. */
export interface TurnMeter {
  stop(): { readonly longestMs: number; readonly p99Ms: number };
}

/** Measures every turn of the loop until it is stopped. Keeps the loop busy, so that no turn waits. */
export function measureTurns(): TurnMeter {
  const turns: number[] = [];
  let last = process.threadCpuUsage();
  let isStopped = false;
  const look = (): void => {
    const now = process.threadCpuUsage();
    turns.push((now.user - last.user + now.system - last.system) / 1_000);
    last = now;
    if (!isStopped) setImmediate(look);
  };
  setImmediate(look);
  return {
    stop() {
      isStopped = true;
      const sorted = turns.toSorted((a, b) => a - b);
      return {
        longestMs: sorted.at(-1) ?? 0,
        p99Ms: sorted[Math.floor(sorted.length * 0.99)] ?? 0,
      };
    },
  };
}
