import type { TrialBatch } from "./trials.ts";

/**
 * Something that is learnt of past trials, and then says a few numbers (signals) about any trial: an effect, a count, the
 * logit of a model. What is said rests on nothing but what was learnt, and the trial without its outcome.
 */
export interface SignalModel {
  readonly names: readonly string[];
  /** How often the past is to be gone through, 1 or more; only the first time in the order of time. */
  readonly passes: number;
  readonly learn: (batch: TrialBatch, at: number) => void;
  /** After each pass. */
  readonly endPass: () => void;
  /** Takes in a trial that was learnt from, as the trials go by in the order of time while signals are written. */
  readonly follow?: (batch: TrialBatch, at: number) => void;
  /** Writes one number for each name into `signals`, from `offset` on. */
  readonly write: (batch: TrialBatch, at: number, signals: Float64Array, offset: number) => void;
}

/** The sizes and times that models of signals need to know beforehand. */
export interface SignalSetting {
  readonly visitors: number;
  readonly items: number;
  readonly categories: number;
  readonly kinds: number;
  readonly places: number;
  /** The time of the first trial that is learnt from. */
  readonly firstMs: number;
  /** From the first to the last trial that is learnt from, above 0. */
  readonly spanMs: number;
  /**
   * What counts of trials are multiplied by, above 0: they grow with the trials that are learnt from, and what is made of them
   * was chosen where these were fewer.
   */
  readonly countScale: number;
  readonly seed: number;
}

const hourMs = 3_600_000;
export const hoursOfWeek = 168;

/** The hour of the week in UTC, 0 to 167. */
export function hourOfWeek(timestampMs: number): number {
  const hours = Math.floor(timestampMs / hourMs) % hoursOfWeek;
  return hours < 0 ? hours + hoursOfWeek : hours;
}
