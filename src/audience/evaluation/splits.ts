import { forEachTrial, type TrialSource } from "../models/trials.ts";

/** What each trial is for. What a model is chosen by is taken from the end of the training part, as the test is of all. */
export const learned = 0;
export const validated = 1;
export const tested = 2;

/** One of the three for each trial, in the order of time. Takes a byte a trial. */
export type Roles = Uint8Array;

/** The part of trials that is set aside for the test, and of the rest for validation. */
export const heldOut = 0.2;

/**
 * Warm: of each visitor's trials the last 20 % in time (rounded up) are tested; of those before, the last 20 % validate. A
 * visitor's only trial is learnt from, as there is nothing to know the visitor by.
 */
export function planWarmSplit(source: TrialSource): Roles {
  const counts = new Uint32Array(source.names.visitor.length);
  forEachTrial(source, (batch, at) => {
    const visitor = batch.visitor[at] ?? 0;
    counts[visitor] = (counts[visitor] ?? 0) + 1;
  });
  const seen = new Uint32Array(counts.length);
  const roles = new Uint8Array(source.rows);
  forEachTrial(source, (batch, at, row) => {
    const visitor = batch.visitor[at] ?? 0;
    const rank = seen[visitor] ?? 0;
    seen[visitor] = rank + 1;
    const toTrain = firstPart(counts[visitor] ?? 0);
    roles[row] = rank >= toTrain ? tested : rank >= firstPart(toTrain) ? validated : learned;
  });
  return roles;
}

/**
 * Cold: the last 20 % of all trials in time are tested, wherever their visitors and items come from; of those before, the
 * last 20 % validate. Trials of one instant stay together, on the side that leaves the shares nearest to these.
 */
export function planColdSplit(source: TrialSource): Roles {
  const toTrain = boundary(source, Math.round(source.rows * (1 - heldOut)), source.rows);
  const toLearn = boundary(source, Math.round(toTrain * (1 - heldOut)), toTrain);
  const roles = new Uint8Array(source.rows).fill(tested);
  roles.fill(validated, 0, toTrain);
  roles.fill(learned, 0, toLearn);
  return roles;
}

/** How many of the first of `count` trials are not held out. */
function firstPart(count: number): number {
  return count < 2 ? count : count - Math.ceil(count * heldOut);
}

/** The row nearest to `wanted`, at most `end`, at which an instant begins. */
function boundary(source: TrialSource, wanted: number, end: number): number {
  let [before, nearest, previousMs] = [0, end, Number.NaN];
  forEachTrial(source, (batch, at, row) => {
    const timeMs = batch.timestampMs[at] ?? 0;
    if (row >= end || timeMs === previousMs) return;
    previousMs = timeMs;
    if (row <= wanted) before = row;
    else nearest = Math.min(nearest, row);
  });
  const isBeforeNearer = before > 0 && wanted - before <= nearest - wanted;
  return isBeforeNearer ? before : nearest;
}
