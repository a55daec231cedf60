import { mixHash } from "../../targeting/hash.ts";
import type { PeriodCalendar } from "./calendar.ts";
import type { ForecastSample } from "./forecastSample.ts";
import type { MatchedRows } from "./matchRows.ts";
import { trafficPrior } from "./priorSample.ts";
import {
  growthBeyond,
  metByRows,
  type Stretches,
  seenShare,
  stretches,
  stretchesOf,
} from "./seenShare.ts";
import { noiseOfSets } from "./setNoise.ts";
import { addToSet } from "./wholeNoises.ts";

/** People whom matched rows (all, or those won) meet within some days. */
export interface CountedPeople {
  /** With the noise that protects them. */
  readonly people: number;
  /** Without it: for judging forecasts, never for an answer. */
  readonly unprotected: number;
  /** Relative variance, as far as people are a sample and coming is chance. */
  readonly variance: number;
  /** People with further layers of noise, by their names. */
  readonly withLayers: (...names: readonly number[]) => number;
}

/** Called for each visitor who counts: the chance to be met, and who that is. */
export type VisitPeople = (visitor: number, people: number, firstAt: number, endAt: number) => void;

const minutesPerDay = 1_440;

/**
 * Counts people: each sampled visitor with a row stands for 1 / the chance to be in the sample, times the chance to come
 * within the period. `share` of the rows' ads are shown (not each is rendered, a budget may not reach for all). Noise is
 * added by atom, the same for the same people and the same length of the period, unless the sample is invented.
 */
export function countPeople(
  sample: ForecastSample,
  matched: MatchedRows,
  isCounted: Uint8Array | null,
  { calendar, share }: { readonly calendar: PeriodCalendar; readonly share: number },
  visit: VisitPeople | null = null,
): CountedPeople {
  const { visitors, windowDays } = sample;
  const sums = { whole: 0, half: 0, chance: 0 };
  const sampling = createSamplingVariance(sample.strataPeople);
  const sets = new Map<number, number>();
  const period = stretchesOf(calendar, windowDays);
  const isLonger = calendar.days > windowDays;
  const half = isLonger ? stretches(Math.ceil(windowDays / 2), windowDays) : null;
  const metBy = metByRows(share * period.dayShare);
  forEachVisitor(sample, matched, isCounted, (visitor, rowsByDay, weight, first, end) => {
    const met = seenShare(rowsByDay, period, metBy);
    const people = weight * met;
    sums.whole += people;
    if (half !== null) sums.half += weight * seenShare(rowsByDay, half, metBy);
    sampling.add(visitors.strata[visitor]!, weight, people);
    sums.chance += weight * met * (1 - met);
    const atom = visitors.mainAtoms[visitor]!;
    sets.set(atom, addToSet(sets.get(atom) ?? 0, visitors.hashes[visitor]!));
    visit?.(visitor, people, first, end);
  });
  const counted = { sets, filters: matched.filters };
  const noiseWith = (stretch: Stretches, ...layers: readonly number[]) =>
    noiseOfSets(sample, counted, "people", [periodOf(stretch), ...layers]);
  const noise = noiseWith(period);
  const grownFrom = (ofHalf: number, ofWhole: number): number =>
    growthBeyond(sums.half + ofHalf, sums.whole + ofWhole, calendar.days, windowDays);
  // What is told of a longer period is no more than what is told of those that it is worked out from.
  const growth = grownFrom(half === null ? 0 : noiseWith(half).value, noise.value);
  const peopleWith = (value: number): number => Math.max(0, sums.whole + value) * growth;
  const people = peopleWith(noise.value);
  return {
    people,
    unprotected: sums.whole * grownFrom(0, 0),
    withLayers: (...names) => peopleWith(noiseWith(period, ...names).value),
    // By the people who are told of: by all of them, the width of the bounds would tell how many these are.
    variance:
      people > 0 && sums.whole > 0
        ? ((sampling.total() + sums.chance) / sums.whole) * (growth / people) +
          noise.variance * (growth / people) ** 2 +
          (0.3 * (growth - 1)) ** 2
        : 1,
  };
}

/** Of a full count by a sketch, relative. */
const sketchError = 0.01;

/**
 * The variance of a sum over sampled visitors. Of a stratum that was counted in full only the part outside is chance: the
 * more of its people are meant, the less is sampled of them (post-stratification).
 */
function createSamplingVariance(strataPeople: Float64Array) {
  const squares = new Float64Array(strataPeople.length);
  const weights = new Float64Array(strataPeople.length);
  const met = new Float64Array(strataPeople.length);
  return {
    add(stratum: number, weight: number, people: number): void {
      squares[stratum]! += people * people * Math.max(0, 1 - 1 / weight);
      weights[stratum]! += weight;
      met[stratum]! += people;
    },
    total(): number {
      let sum = squares[0] ?? 0;
      for (let stratum = 1; stratum < squares.length; stratum++) {
        if (weights[stratum] === 0) continue;
        const outside = Math.max(0, 1 - weights[stratum]! / strataPeople[stratum]!);
        sum += squares[stratum]! * outside + (sketchError * met[stratum]!) ** 2;
      }
      return sum;
    },
  };
}

/** Stretches of one length, and of one share of their days, have one layer of noise: their people are the same figure. */
const periodOf = ({ days, dayShare }: Stretches): number =>
  mixHash(days, Math.round(1_000 * dayShare));

type VisitRows = (
  visitor: number,
  rowsByDay: Float64Array,
  weight: number,
  firstAt: number,
  endAt: number,
) => void;

/** Rows of one visitor follow each other, by time. `rowsByDay` is the same array each time. */
function forEachVisitor(
  { basis, rows, visitors, windowDays }: ForecastSample,
  matched: MatchedRows,
  isCounted: Uint8Array | null,
  visit: VisitRows,
): void {
  const { length } = matched.rows;
  const rowsByDay = new Float64Array(Math.max(1, Math.floor(windowDays)));
  const pagesOfRow = basis === "prior" ? trafficPrior.pagesPerVisit : 1;
  const lastDay = rowsByDay.length - 1;
  for (let at = 0; at < length; ) {
    const visitor = rows.visitors[matched.rows[at]!]!;
    if (visitor === visitors.count) return;
    const first = at;
    let count = 0;
    let weight = Number.POSITIVE_INFINITY;
    rowsByDay.fill(0);
    for (; at < length && rows.visitors[matched.rows[at]!] === visitor; at++) {
      if (isCounted !== null && isCounted[at] === 0) continue;
      const row = matched.rows[at]!;
      rowsByDay[Math.min(lastDay, Math.floor(rows.minutes[row]! / minutesPerDay))]! += pagesOfRow;
      count++;
      // In the sample with the chance of its likeliest row: chances are nested.
      weight = Math.min(weight, rows.peopleWeights[row]!);
    }
    if (count > 0) visit(visitor, rowsByDay, weight * matched.peopleFactor, first, at);
  }
}
