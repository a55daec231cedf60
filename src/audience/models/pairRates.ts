/** Sums by pair of numbers: trials, positives, and the positives that were expected of them. */
export interface PairSums {
  /** Where the sums of a pair stand, or -1 for a pair that was never added. */
  readonly find: (first: number, second: number) => number;
  readonly add: (first: number, second: number, label: number, expected: number) => void;
  readonly trials: (place: number) => number;
  /**
   * By how much the logit of a pair's rate is above what was expected of it, drawn to 0 by `priorTrials` trials. 0 for
   * a place of -1.
   */
  readonly effect: (place: number, priorTrials: number) => number;
}

const mostKeys = 2 ** 26;
const empty = -1;

/**
 * Sums in a table of open addressing that takes up to `mostPairs` pairs (20 bytes each, twice that at its fullest); what
 * comes later and is new is not counted. Both numbers are below 2^26.
 */
export function createPairSums(mostPairs: number): PairSums {
  let table = createTable(1_024);
  let used = 0;
  const find = (first: number, second: number): number => {
    const place = placeOf(table, first * mostKeys + second);
    return table.keys[place] === empty ? -1 : place;
  };
  return {
    find,
    add(first, second, label, expected) {
      const key = first * mostKeys + second;
      let place = placeOf(table, key);
      if (table.keys[place] === empty) {
        if (used >= mostPairs) return;
        if (used * 2 >= table.keys.length) {
          table = enlarged(table);
          place = placeOf(table, key);
        }
        table.keys[place] = key;
        used += 1;
      }
      table.trials[place] = (table.trials[place] ?? 0) + 1;
      table.positives[place] = (table.positives[place] ?? 0) + label;
      table.expected[place] = (table.expected[place] ?? 0) + expected;
    },
    trials: (place) => (place < 0 ? 0 : (table.trials[place] ?? 0)),
    effect: (place, priorTrials) =>
      place < 0
        ? 0
        : residualEffect(
            table.trials[place] ?? 0,
            table.positives[place] ?? 0,
            table.expected[place] ?? 0,
            priorTrials,
          ),
  };
}

/**
 * The logit of a rate above that of the rate that was expected, both over `trials` trials, after `priorTrials` more that
 * went as expected. 0 without trials.
 */
export function residualEffect(
  trials: number,
  positives: number,
  expected: number,
  priorTrials: number,
): number {
  if (!(trials > 0)) return 0;
  const mean = Math.min(0.9999, Math.max(0.0001, expected / trials));
  const rate = (positives + priorTrials * mean) / (trials + priorTrials);
  const within = Math.min(0.9999, Math.max(0.0001, rate));
  return Math.log((within * (1 - mean)) / ((1 - within) * mean));
}

interface Table {
  readonly keys: Float64Array;
  readonly trials: Float32Array;
  readonly positives: Float32Array;
  readonly expected: Float32Array;
}

function createTable(size: number): Table {
  return {
    keys: new Float64Array(size).fill(empty),
    trials: new Float32Array(size),
    positives: new Float32Array(size),
    expected: new Float32Array(size),
  };
}

/** Where a key is, or the empty place where it would be. Sizes are powers of 2 and never full. */
function placeOf({ keys }: Table, key: number): number {
  const last = keys.length - 1;
  const high = Math.floor(key / 4_294_967_296);
  let mixed = Math.imul(key ^ 0, 0x9e3779b1) ^ Math.imul(high ^ 0, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d);
  let place = (mixed ^ (mixed >>> 13)) & last;
  while (keys[place] !== empty && keys[place] !== key) place = (place + 1) & last;
  return place;
}

function enlarged(table: Table): Table {
  const larger = createTable(table.keys.length * 2);
  for (let from = 0; from < table.keys.length; from++) {
    const key = table.keys[from] ?? empty;
    if (key === empty) continue;
    const place = placeOf(larger, key);
    larger.keys[place] = key;
    larger.trials[place] = table.trials[from] ?? 0;
    larger.positives[place] = table.positives[from] ?? 0;
    larger.expected[place] = table.expected[from] ?? 0;
  }
  return larger;
}
