import { mixHash } from "./hash.ts";

/**
 * One of several, each as often as its weight (above 0, absent = 1) says, by a seed. Weighted rendezvous hashing
 * (Schindelhauer and Schomaker 2005): when weights change, only those choices move that the change makes move.
 * Throws a RangeError for an empty list. Pure.
 */
export function weightedCreative<
  Creative extends { readonly creativeId: number; readonly weight?: number },
>(creatives: readonly Creative[], seed: number): Creative {
  let chosen: Creative | null = null;
  let least = Infinity;
  for (const creative of creatives) {
    // Above 0 and at most 1, so that the logarithm is finite.
    const chance = (mixHash(seed, creative.creativeId) + 1) / 0x1_0000_0000;
    const key = -Math.log(chance) / (creative.weight ?? 1);
    if (chosen === null || key < least) {
      chosen = creative;
      least = key;
    }
  }
  if (chosen === null) throw new RangeError("a choice needs something to choose from");
  return chosen;
}

/** How probable each of several was to be chosen by {@link weightedCreative}: its share of the weights. Pure. */
export function creativeChances(
  creatives: readonly { readonly creativeId: number; readonly weight?: number }[],
): readonly CreativeChance[] {
  const total = creatives.reduce((sum, { weight = 1 }) => sum + weight, 0);
  return creatives.map(({ creativeId, weight = 1 }) => ({ creativeId, chance: weight / total }));
}

export interface CreativeChance {
  readonly creativeId: number;
  readonly chance: number;
}

/** What is known of a creative: how often it was shown and clicked. */
export interface CreativeCounts {
  readonly impressions: number;
  readonly clicks: number;
}

/** So many impressions of the campaign's own rate stand before what a creative has shown itself. */
const priorImpressions = 500;
/** Clicks and impressions of an ad that nothing is known of: one in five hundred. */
const blank = { clicks: 1, impressions: 500 };
const gridSteps = 1_000;

/**
 * The share of the turns of each creative: how probable it is that it is the one that is clicked most (what Thompson sampling
 * would draw: Chapelle and Li 2011; here integrated over the Beta posteriors instead of drawn), and no less than
 * `leastShare(n)`, so that nothing is given up for good. They add up to 1. Pure.
 */
export function learntShares(counts: readonly CreativeCounts[]): readonly number[] {
  if (counts.length === 0) return [];
  const floor = leastShare(counts.length);
  const room = 1 - floor * counts.length;
  const shares = bestChances(counts).map((chance) => floor + room * chance);
  return withinTrial(counts, shares, floor);
}

/**
 * What a trial of new creatives may cost a campaign that has a proven one (shown 2,000 times): together they get a fifth of
 * its turns at most, or where they are many the least share each, and a trial ends after 2,000 views, which is twice the price of a
 * thousand. What they lose goes to the proven ones, in the proportion of their shares.
 */
export const trial = { impressions: 2_000, mostShare: 0.2 } as const;

function withinTrial(
  counts: readonly CreativeCounts[],
  shares: readonly number[],
  floor: number,
): readonly number[] {
  const isNew = counts.map(({ impressions }) => impressions < trial.impressions);
  const sumOf = (wanted: boolean) =>
    shares.reduce((sum, share, index) => (isNew[index] === wanted ? sum + share : sum), 0);
  const [tried, proven] = [sumOf(true), sumOf(false)];
  const floors = floor * isNew.filter(Boolean).length;
  const most = Math.max(trial.mostShare, floors);
  if (proven === 0 || tried <= most) return shares;
  // What is above the floors shrinks.
  const shrunk = (most - floors) / (tried - floors);
  return shares.map((share, index) =>
    isNew[index] ? floor + (share - floor) * shrunk : share * ((1 - most) / proven),
  );
}

/** The least share of each of `count` creatives: a twentieth, or half of an equal one. */
export function leastShare(count: number): number {
  return Math.min(0.05, 0.5 / count);
}

function bestChances(counts: readonly CreativeCounts[]): readonly number[] {
  const clicks = counts.reduce((sum, one) => sum + one.clicks, blank.clicks);
  const impressions = counts.reduce((sum, one) => sum + one.impressions, blank.impressions);
  const rate = Math.min(0.5, clicks / impressions);
  const posteriors = counts.map((one) => {
    const shown = Math.max(one.impressions, one.clicks);
    return posteriorOf(
      rate * priorImpressions + one.clicks,
      (1 - rate) * priorImpressions + shown - one.clicks,
    );
  });
  const chances = posteriors.map((one, index) => {
    let sum = 0;
    for (let step = 0; step <= gridSteps; step++) {
      let below = one.density[step] ?? 0;
      for (const [other, { upTo }] of posteriors.entries()) {
        if (other !== index) below *= upTo[step] ?? 1;
      }
      sum += below;
    }
    return sum;
  });
  const total = chances.reduce((sum, chance) => sum + chance, 0);
  return chances.map((chance) => (total > 0 ? chance / total : 1 / counts.length));
}

/** The logit of the grid's first and last rates: from one click in 160,000 views to nearly one in each. */
const firstLogit = -12;
const lastLogit = 4;

/** Beta(`a`, `b`) over equal steps of the logit: its mass at each, and up to the middle of each. */
function posteriorOf(
  a: number,
  b: number,
): { readonly density: readonly number[]; readonly upTo: readonly number[] } {
  const logs = Array.from({ length: gridSteps + 1 }, (_, step) => {
    const logit = firstLogit + ((lastLogit - firstLogit) * step) / gridSteps;
    // ln x = −ln(1 + e^−t), ln(1 − x) = −ln(1 + e^t); the step of the logit brings x(1 − x).
    return -a * Math.log1p(Math.exp(-logit)) - b * Math.log1p(Math.exp(logit));
  });
  const highest = Math.max(...logs);
  const masses = logs.map((log) => Math.exp(log - highest));
  const total = masses.reduce((sum, mass) => sum + mass, 0);
  const density = masses.map((mass) => mass / total);
  let sum = 0;
  const upTo = density.map((mass) => {
    sum += mass;
    return sum - mass / 2;
  });
  return { density, upTo };
}
