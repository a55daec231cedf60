/** Places for a few pieces of work at once; the others wait, first come first served. */
export interface Turns {
  /**
   * Resolves once a place is free and taken, with whether it was waited for. `onGivingUp` is handed a function that takes
   * who waits out of the line: it never resolves then. Rejects with what `refuse` makes when too many wait already.
   */
  take(onGivingUp?: (leave: () => void) => void): Promise<boolean>;
  /** Gives a place that was taken back: whoever waits longest takes it over. */
  pass(): void;
  /** Works in a place of its own. */
  run<Result>(work: () => Promise<Result>): Promise<Result>;
  readonly running: () => number;
  readonly waiting: () => number;
}

export interface TurnLimits {
  readonly atOnce: number;
  /** Absent = any number may wait. */
  readonly mostWaiting?: number;
  /** What is thrown beyond it. */
  readonly refuse?: () => Error;
}

/** A line before a few places. */
export function createTurns({ atOnce, mostWaiting = Infinity, refuse }: TurnLimits): Turns {
  const waiting = new Set<() => void>();
  let running = 0;
  const enter = (): boolean => {
    if (running >= atOnce) return false;
    running += 1;
    return true;
  };
  const wait: Turns["take"] = async (onGivingUp) => {
    if (waiting.size >= mostWaiting) throw refuse?.() ?? new RangeError("too many wait");
    await new Promise<void>((begin) => {
      waiting.add(begin);
      onGivingUp?.(() => waiting.delete(begin));
    });
    return true;
  };
  const pass = (): void => {
    const [next] = waiting;
    if (next === undefined) {
      running -= 1;
      return;
    }
    waiting.delete(next);
    next();
  };
  return {
    take: async (onGivingUp) => (enter() ? false : wait(onGivingUp)),
    pass,
    async run(work) {
      if (!enter()) await wait();
      try {
        return await work();
      } finally {
        pass();
      }
    },
    running: () => running,
    waiting: () => waiting.size,
  };
}
