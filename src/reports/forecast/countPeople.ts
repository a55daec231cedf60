import { mixHash } from "../../targeting/hash.ts";
import type { ForecastSample } from "./forecastSample.ts";
import type { MatchedRows } from "./matchRows.ts";
import { stickyNoise, stickyNoiseVariance } from "./roundForecast.ts";
import { growthBeyond, seenShare } from "./seenShare.ts";

/** People whom matched rows (all, or those won) meet within some days. */
export interface CountedPeople {
  readonly people: number;
  /** Relative variance, as far as people are a sample and a few days are chance. */
  readonly variance: number;
}

/** Called for each visitor who counts: the chance to be met, and who that is. */
export type VisitPeople = (visitor: number, people: number, firstAt: number, endAt: number) => void;

const minutesPerDay = 1_440;

/**
 * Counts people: each sampled visitor with a row stands for 1 / the chance to be in the sample, times the chance to come
 * within `days`. `share` of the rows' ads are shown (a budget that does not reach for all). Noise is added by atom, the same
 * for the same people, unless the sample is invented.
 */
export function countPeople(
  sample: ForecastSample,
  matched: MatchedRows,
  isCounted: Uint8Array | null,
  { days, share }: { readonly days: number; readonly share: number },
  visit: VisitPeople | null = null,
): CountedPeople {
  const { visitors, windowDays } = sample;
  const sums = { whole: 0, half: 0, squares: 0, chance: 0 };
  const sets = new Map<number, number>();
  forEachVisitor(sample, matched, isCounted, (visitor, activeDays, rows, weight, first, end) => {
    const chance = 1 - (1 - share) ** (rows / activeDays);
    const met = seenShare(activeDays, windowDays, Math.min(days, windowDays), chance);
    const people = weight * met;
    sums.whole += people;
    sums.half += weight * seenShare(activeDays, windowDays, windowDays / 2, chance);
    sums.squares += people * people * (1 - 1 / weight);
    sums.chance += weight * weight * met * (1 - met);
    const atom = visitors.mainAtoms[visitor]!;
    sets.set(atom, (sets.get(atom) ?? 0) ^ mixHash(visitors.hashes[visitor]!, 1));
    visit?.(visitor, people, first, end);
  });
  const growth = growthBeyond(sums.half, sums.whole, days, windowDays);
  const people = sums.whole * growth;
  const isInvented = sample.basis === "prior";
  const noise = isInvented ? 0 : noiseOf(sample.salt, sets);
  const noiseVariance = isInvented ? 0 : sets.size * stickyNoiseVariance;
  return {
    people: Math.max(0, people + noise),
    variance:
      people > 0
        ? (sums.squares + sums.chance + noiseVariance) / sums.whole ** 2 + (0.3 * (growth - 1)) ** 2
        : 1,
  };
}

function noiseOf(salt: number, sets: ReadonlyMap<number, number>): number {
  let noise = 0;
  for (const [atom, set] of sets) noise += stickyNoise(salt, atom, set);
  return noise;
}

/** Rows of one visitor follow each other, by time. */
function forEachVisitor(
  { rows, visitors }: ForecastSample,
  matched: MatchedRows,
  isCounted: Uint8Array | null,
  visit: (
    visitor: number,
    activeDays: number,
    rows: number,
    weight: number,
    firstAt: number,
    endAt: number,
  ) => void,
): void {
  const { length } = matched.rows;
  for (let at = 0; at < length; ) {
    const visitor = rows.visitors[matched.rows[at]!]!;
    if (visitor === visitors.count) return;
    const first = at;
    let activeDays = 0;
    let count = 0;
    let lastDay = -1;
    let weight = Number.POSITIVE_INFINITY;
    for (; at < length && rows.visitors[matched.rows[at]!] === visitor; at++) {
      if (isCounted !== null && isCounted[at] === 0) continue;
      const row = matched.rows[at]!;
      const day = Math.floor(rows.minutes[row]! / minutesPerDay);
      if (day !== lastDay) activeDays++;
      lastDay = day;
      count++;
      // In the sample with the chance of its likeliest row: chances are nested.
      weight = Math.min(weight, rows.peopleWeights[row]!);
    }
    if (count > 0) visit(visitor, activeDays, count, weight * matched.peopleFactor, first, at);
  }
}
