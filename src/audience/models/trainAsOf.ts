/** Something that happened, and whether the outcome came of it. */
export interface TimedTrial {
  readonly timestampMs: number;
  /** 0 or 1. */
  readonly outcome: number;
}

/** The features of one trial, told from all trials that are at hand, of which those before it are its past. */
export type FeaturesOf<T> = (trials: readonly T[], trial: T) => readonly number[];

/** A feature that knows what it cannot: it changes with what had not yet come. */
export interface Leak {
  /** Which trial, by its place in the list. */
  readonly row: number;
  readonly feature: number;
  readonly knowing: number;
  readonly notKnowing: number;
}

/** Features are not of the past alone. */
export class LeakError extends Error {
  readonly leak: Leak;
  constructor(leak: Leak) {
    super(
      `Feature ${leak.feature} of trial ${leak.row} changes with what comes later: ${leak.knowing} with it, ${leak.notKnowing} without`,
    );
    this.name = "LeakError";
    this.leak = leak;
  }
}

/**
 * Looks for a feature that uses a trial's own outcome, or anything of its instant or later. Each of `checked` trials, spread
 * over all, has its features told three times: as things are; with what comes from its instant on taken away; and
 * with that turned to the opposite outcome. They must be equal. Null when they are. Trials are in the order of time.
 */
export function findLeak<T extends TimedTrial>(
  trials: readonly T[],
  featuresOf: FeaturesOf<T>,
  checked = 50,
): Leak | null {
  const stride = Math.max(1, Math.floor(trials.length / checked));
  for (let row = stride - 1; row < trials.length; row += stride) {
    const trial = trials[row];
    if (trial === undefined) continue;
    const turned = { ...trial, outcome: 1 - trial.outcome };
    const past = trials.filter(({ timestampMs }) => timestampMs < trial.timestampMs);
    const opposite = trials.map((of) =>
      of.timestampMs < trial.timestampMs ? of : { ...of, outcome: 1 - of.outcome },
    );
    const knowing = featuresOf(trials, trial);
    const leak =
      firstDifference(row, knowing, featuresOf(past, turned)) ??
      firstDifference(row, knowing, featuresOf(opposite, turned));
    if (leak !== null) return leak;
  }
  return null;
}

function firstDifference(
  row: number,
  knowing: readonly number[],
  notKnowing: readonly number[],
): Leak | null {
  const most = Math.max(knowing.length, notKnowing.length);
  for (let feature = 0; feature < most; feature++) {
    const [one, other] = [knowing[feature] ?? Number.NaN, notKnowing[feature] ?? Number.NaN];
    if (!Object.is(one, other)) return { row, feature, knowing: one, notKnowing: other };
  }
  return null;
}

/** What is learnt as of a date. */
export interface TrainingAsOf<T extends TimedTrial> {
  /** Nothing at or after it is learnt from. */
  readonly asOfMs: number;
  /** In the order of time. */
  readonly trials: readonly T[];
  readonly featuresOf: FeaturesOf<T>;
  readonly learn: (features: readonly number[], outcome: number) => void;
}

/**
 * Learns from the trials before a date, each with the features that it had then; tells how many. Throws LeakError, before
 * anything is learnt, when a feature uses what was not yet known.
 */
export function trainAsOf<T extends TimedTrial>(training: TrainingAsOf<T>): number {
  const { trials, asOfMs, featuresOf, learn } = training;
  const leak = findLeak(trials, featuresOf);
  if (leak !== null) throw new LeakError(leak);
  const known = trials.filter(({ timestampMs }) => timestampMs < asOfMs);
  for (const trial of known) learn(featuresOf(known, trial), trial.outcome);
  return known.length;
}
