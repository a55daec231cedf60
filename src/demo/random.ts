/** A seeded source of chance: the same seed gives the same demo on every machine. Not for secrets. */
export interface Random {
  /** A number in [0, 1). */
  readonly next: () => number;
  /** An integer from `low` to `high`, both included. */
  readonly integer: (low: number, high: number) => number;
  /** True with the given probability (0 to 1). */
  readonly chance: (probability: number) => boolean;
  /** One element. Throws RangeError on an empty list. */
  readonly pick: <T>(list: readonly T[]) => T;
  /** A standard normal deviate (Box–Muller). */
  readonly normal: () => number;
}

/** Creates a source from a 32-bit seed (mulberry32, by Tommy Ettinger; public domain). */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const integer = (low: number, high: number): number =>
    low + Math.floor(next() * (high - low + 1));
  return {
    next,
    integer,
    chance: (probability) => next() < probability,
    pick: (list) => {
      if (list.length === 0) throw new RangeError("cannot pick from an empty list");
      return list[Math.floor(next() * list.length)]!;
    },
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
  };
}

/** Draws indexes with a probability proportional to their weights (≥ 0, at least one > 0), in O(log n). */
export function createWeightedDraw(weights: readonly number[]): (random: Random) => number {
  const cumulative = new Float64Array(weights.length);
  let total = 0;
  for (let i = 0; i < weights.length; i++) {
    total += weights[i]!;
    cumulative[i] = total;
  }
  if (!(total > 0)) throw new RangeError("at least one weight must be above zero");
  return (random) => {
    const target = random.next() * total;
    let low = 0;
    let high = weights.length - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (cumulative[middle]! > target) high = middle;
      else low = middle + 1;
    }
    return low;
  };
}
