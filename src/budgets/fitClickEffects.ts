import { type ClickEffects, distanceBands } from "../targeting/clickEffects.ts";
import { priorClickRate } from "./clickRate.ts";

/** What was shown and clicked of one creative in one kind of context, decayed: what is older weighs less. */
export interface ClickRow {
  readonly campaignId: number;
  readonly creativeId: number;
  readonly placementId: string;
  /** `categoryNumber` of the page. */
  readonly category: number;
  /** 0–23, in Paris. */
  readonly hour: number;
  /** `distanceBand`. */
  readonly distance: number;
  readonly impressions: number;
  readonly clicks: number;
}

/** What is predicted: campaign's rate × creative × placement × category × hour × distance. */
export interface FittedClicks {
  readonly effects: ClickEffects;
  /** Clicks per impression of a campaign where all effects are 1. */
  readonly campaigns: ReadonlyMap<number, FittedRate>;
  /** Factor of its campaign's rate. */
  readonly creatives: ReadonlyMap<number, FittedRate>;
}

export interface FittedRate {
  readonly value: number;
  /** Mean factor of the contexts in which it was shown: as many impressions where effects are 1 bring as many clicks. */
  readonly context: number;
}

const passes = 12;
/** A campaign's rate is drawn to the prior's with the weight of so many impressions, as `smoothClickRate` does. */
const priorImpressions = 500;
/** No effect of one dimension is believed beyond these. */
const lowestFactor = 1 / 3;
const highestFactor = 3;
/** Variance of the factors of a dimension that is taken to exist at least, and at most. */
const leastVariance = 0.0025;
const mostVariance = 1;

/** A dimension: which level each row is of, and the factor of each level. */
interface Dimension {
  readonly levels: Int32Array;
  readonly factors: Float64Array;
}

/**
 * Fits multiplicative effects (additive in the logarithm, which is the logit where rates are small) to decayed counts, as the
 * most probable ones under Gamma priors of mean 1: each level's factor is (clicks + κ) / (expected clicks + κ), in turn
 * for each dimension until nothing moves (cyclic coordinate ascent, each step of which is exact). κ is one over the variance of
 * a dimension's factors, estimated from the counts beyond what chance explains (method of moments): a dimension in which nothing
 * differs is drawn to 1, so that noise teaches nothing. Creatives are drawn to their campaign, campaigns to the prior of all.
 * In the end predicted clicks are those counted. Pure; some 20 ms for 10,000 rows.
 */
export function fitClickEffects(rows: readonly ClickRow[]): FittedClicks {
  const shared = {
    placement: dimensionOf(rows, ({ placementId }) => placementId),
    category: dimensionOf(rows, ({ category }) => category),
    hour: dimensionOf(rows, ({ hour }) => hour),
    distance: dimensionOf(rows, ({ distance }) => distance),
  };
  const creative = dimensionOf(rows, ({ creativeId }) => creativeId);
  const campaign = dimensionOf(rows, ({ campaignId }) => campaignId);
  campaign.factors.fill(priorClickRate);
  const contexts = Object.values(shared);
  const all = [campaign, creative, ...contexts];
  for (let pass = 0; pass < passes; pass++) {
    fitRates(rows, campaign, all);
    for (const dimension of [creative, ...contexts]) fitFactors(rows, dimension, all);
    for (const dimension of contexts) centre(rows, dimension);
    centreWithin(rows, creative, campaign);
  }
  fitRates(rows, campaign, all);
  return {
    effects: {
      placements: named(rows, shared.placement, ({ placementId }) => placementId),
      categories: named(rows, shared.category, ({ category }) => category),
      hours: listed(rows, shared.hour, 24, ({ hour }) => hour),
      distances: listed(rows, shared.distance, distanceBands, ({ distance }) => distance),
    },
    campaigns: ratesOf(rows, campaign, contexts, ({ campaignId }) => campaignId),
    creatives: ratesOf(rows, creative, contexts, ({ creativeId }) => creativeId),
  };
}

/** What a fit predicts for one impression of a row, 0–1; of what it has not seen, what its parts say. Pure. */
export function predictClickRate(fitted: FittedClicks, row: ClickRow): number {
  const { effects, campaigns, creatives } = fitted;
  const rate = campaigns.get(row.campaignId)?.value ?? priorClickRate;
  const context =
    (effects.placements.get(row.placementId) ?? 1) *
    (effects.categories.get(row.category) ?? 1) *
    (effects.hours[row.hour] ?? 1) *
    (effects.distances[row.distance] ?? 1);
  return Math.min(1, rate * (creatives.get(row.creativeId)?.value ?? 1) * context);
}

function dimensionOf(
  rows: readonly ClickRow[],
  keyOf: (row: ClickRow) => number | string,
): Dimension {
  const numbers = new Map<number | string, number>();
  const levels = new Int32Array(rows.length);
  for (const [index, row] of rows.entries()) {
    const key = keyOf(row);
    const known = numbers.get(key);
    levels[index] = known ?? numbers.size;
    if (known === undefined) numbers.set(key, numbers.size);
  }
  return { levels, factors: new Float64Array(numbers.size).fill(1) };
}

/** Clicks, and those that the other dimensions let expect, by level. */
function sumsOf(rows: readonly ClickRow[], one: Dimension, all: readonly Dimension[]) {
  const clicks = new Float64Array(one.factors.length);
  const expected = new Float64Array(one.factors.length);
  for (let index = 0; index < rows.length; index++) {
    let product = rows[index]!.impressions;
    for (let other = 0; other < all.length; other++) {
      const dimension = all[other]!;
      if (dimension !== one) product *= dimension.factors[dimension.levels[index]!]!;
    }
    const level = one.levels[index]!;
    clicks[level]! += rows[index]!.clicks;
    expected[level]! += product;
  }
  return { clicks, expected };
}

function fitRates(rows: readonly ClickRow[], campaign: Dimension, all: readonly Dimension[]): void {
  const { clicks, expected } = sumsOf(rows, campaign, all);
  for (let level = 0; level < campaign.factors.length; level++) {
    const rate =
      (clicks[level]! + priorClickRate * priorImpressions) / (expected[level]! + priorImpressions);
    campaign.factors[level] = Math.min(1, rate);
  }
}

function fitFactors(rows: readonly ClickRow[], one: Dimension, all: readonly Dimension[]): void {
  const { clicks, expected } = sumsOf(rows, one, all);
  const strength = 1 / varianceOf(clicks, expected);
  for (let level = 0; level < one.factors.length; level++) {
    const factor = (clicks[level]! + strength) / (expected[level]! + strength);
    one.factors[level] = Math.max(lowestFactor, Math.min(highestFactor, factor));
  }
}

/** Of true factors around 1: what (clicks − expected)² has beyond the variance of a Poisson count, over expected². */
function varianceOf(clicks: Float64Array, expected: Float64Array): number {
  let beyond = 0;
  let squares = 0;
  for (let level = 0; level < clicks.length; level++) {
    beyond += (clicks[level]! - expected[level]!) ** 2 - expected[level]!;
    squares += expected[level]! ** 2;
  }
  const variance = squares === 0 ? leastVariance : beyond / squares;
  return Math.max(leastVariance, Math.min(mostVariance, variance));
}

/** Makes the mean factor of what was shown 1: rates stay those of campaigns. */
function centre(rows: readonly ClickRow[], { levels, factors }: Dimension): void {
  let sum = 0;
  let impressions = 0;
  for (let index = 0; index < rows.length; index++) {
    sum += rows[index]!.impressions * factors[levels[index]!]!;
    impressions += rows[index]!.impressions;
  }
  if (!(sum > 0)) return;
  for (let level = 0; level < factors.length; level++) factors[level]! *= impressions / sum;
}

/** The same of creatives within each campaign. */
function centreWithin(rows: readonly ClickRow[], inner: Dimension, outer: Dimension): void {
  const sums = new Float64Array(outer.factors.length);
  const impressions = new Float64Array(outer.factors.length);
  const outerOf = new Int32Array(inner.factors.length);
  for (let index = 0; index < rows.length; index++) {
    const at = outer.levels[index]!;
    outerOf[inner.levels[index]!] = at;
    sums[at]! += rows[index]!.impressions * inner.factors[inner.levels[index]!]!;
    impressions[at]! += rows[index]!.impressions;
  }
  for (let level = 0; level < inner.factors.length; level++) {
    const at = outerOf[level]!;
    if (sums[at]! > 0) inner.factors[level]! *= impressions[at]! / sums[at]!;
  }
}

function named<Key>(
  rows: readonly ClickRow[],
  { levels, factors }: Dimension,
  keyOf: (row: ClickRow) => Key,
): ReadonlyMap<Key, number> {
  return new Map(rows.map((row, index) => [keyOf(row), factors[levels[index]!]!]));
}

function listed(
  rows: readonly ClickRow[],
  { levels, factors }: Dimension,
  count: number,
  indexOf: (row: ClickRow) => number,
): readonly number[] {
  const list = new Array<number>(count).fill(1);
  for (const [index, row] of rows.entries()) {
    const at = indexOf(row);
    if (at >= 0 && at < count) list[at] = factors[levels[index]!]!;
  }
  return list;
}

function ratesOf(
  rows: readonly ClickRow[],
  { levels, factors }: Dimension,
  contexts: readonly Dimension[],
  keyOf: (row: ClickRow) => number,
): ReadonlyMap<number, FittedRate> {
  const shown = new Float64Array(factors.length);
  const adjusted = new Float64Array(factors.length);
  const keys = new Map<number, number>();
  for (let index = 0; index < rows.length; index++) {
    const level = levels[index]!;
    let product = rows[index]!.impressions;
    for (const context of contexts) product *= context.factors[context.levels[index]!]!;
    shown[level]! += rows[index]!.impressions;
    adjusted[level]! += product;
    keys.set(keyOf(rows[index]!), level);
  }
  return new Map(
    [...keys].map(([key, level]) => {
      const context = shown[level]! > 0 ? adjusted[level]! / shown[level]! : 1;
      return [key, { value: factors[level]!, context }];
    }),
  );
}
