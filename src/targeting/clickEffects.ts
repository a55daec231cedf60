import { chordSquaredOfMeters } from "../geo/sphere.ts";
import { listedHash } from "./hash.ts";
import { hourOfWeek } from "./hourOfWeek.ts";
import type { AdRequest } from "./types.ts";

/**
 * How much likelier a click is here than where a campaign has been shown on average: factors of its click rate, learnt from
 * all campaigns together and shrunk to 1. Immutable; a new one comes every few minutes.
 */
export interface ClickEffects {
  readonly placements: ReadonlyMap<string, number>;
  /** By `categoryNumber` of the page's path. */
  readonly categories: ReadonlyMap<number, number>;
  /** By hour of the day in Paris, 24 of them. */
  readonly hours: readonly number[];
  /** By `distanceBand`, one more than there are limits, and the first for "not known". */
  readonly distances: readonly number[];
}

/** Upper limits of the bands in metres, each exclusive; beyond the last there is one more band. */
export const distanceLimitsMeters = [2_000, 5_000, 10_000, 20_000, 50_000] as const;
export const distanceBands = distanceLimitsMeters.length + 2;

/**
 * No campaign's rate is taken to be more than so many times its average anywhere; what is likelier is cut, what is less likely
 * counts in full. A higher cut would say more of the best places, and make each search look at more campaigns: with 2, twice as
 * many, at a third more time (`bench/micro/clicks.ts`).
 */
export const maxClickFactor = 1.25;

/** The band of a distance from a campaign's nearest circle: 1 to 6; 0 = it has none, or no place matched. */
export function distanceBand(distanceMeters: number | null): number {
  if (distanceMeters === null) return 0;
  for (let index = 0; index < distanceLimitsMeters.length; index++)
    if (distanceMeters < distanceLimitsMeters[index]!) return index + 1;
  return distanceLimitsMeters.length + 1;
}

const chordLimits = distanceLimitsMeters.map(chordSquaredOfMeters);

/** The same of a squared chord of the unit sphere (Infinity = no circle), without turning it into metres. */
export function distanceBandOfChord(chordSquared: number): number {
  if (chordSquared === Infinity) return 0;
  for (let index = 0; index < chordLimits.length; index++)
    if (chordSquared < chordLimits[index]!) return index + 1;
  return chordLimits.length + 1;
}

/** A category as events carry it: a hash of its path, signed; 0 = none. */
export function categoryNumber(path: string | null): number {
  return path === null ? 0 : listedHash(path) || 1;
}

/** The effects as one request meets them: only the distance differs from campaign to campaign. */
export interface SceneClicks {
  /** Of the placements (the mean of several), the page's category and the hour. */
  readonly factor: number;
  readonly distances: readonly number[];
  readonly highestDistance: number;
}

/** What the effects are for a request. Pure; some 100 ns. */
export function sceneClicks(effects: ClickEffects, request: AdRequest): SceneClicks {
  const { placements, page, nowMs } = request;
  let sum = 0;
  for (let index = 0; index < placements.length; index++)
    sum += effects.placements.get(placements[index]!.id) ?? 1;
  const known = knownOf(effects);
  const category = categoryFactor(effects, known, page.category);
  const hour = effects.hours[hourOfWeek(nowMs, "Europe/Paris") % 24] ?? 1;
  const factor = (sum / Math.max(1, placements.length)) * category * hour;
  return { factor, distances: effects.distances, highestDistance: known.highestDistance };
}

/** What is worked out once of the same effects: a memo, not a state. */
interface KnownOfEffects {
  readonly highestDistance: number;
  /** By path, for pages come again. */
  readonly categories: Map<string | null, number>;
}

const knownEffects = new WeakMap<ClickEffects, KnownOfEffects>();
const rememberedCategories = 2_000;

function knownOf(effects: ClickEffects): KnownOfEffects {
  let known = knownEffects.get(effects);
  if (known === undefined) {
    const highestDistance = Math.max(
      ...effects.distances,
      effects.distances.length < distanceBands ? 1 : 0,
    );
    known = { highestDistance, categories: new Map() };
    knownEffects.set(effects, known);
  }
  return known;
}

function categoryFactor(
  { categories }: ClickEffects,
  known: KnownOfEffects,
  path: string | null,
): number {
  let factor = known.categories.get(path);
  if (factor === undefined) {
    factor = categories.get(categoryNumber(path)) ?? 1;
    if (known.categories.size >= rememberedCategories) known.categories.clear();
    known.categories.set(path, factor);
  }
  return factor;
}

/**
 * The highest factor that effects can come to, raised to a step of a coarse ladder (1, 1.1, 1.25): it bounds campaigns'
 * places in the index, which should not move with every small change. Pure.
 */
export function clickCeiling(effects: ClickEffects): number {
  const most = (values: Iterable<number>): number => {
    let highest = 1;
    for (const value of values) highest = Math.max(highest, value);
    return highest;
  };
  const highest =
    most(effects.placements.values()) *
    most(effects.categories.values()) *
    most(effects.hours) *
    most(effects.distances);
  return ladder.find((step) => step >= highest) ?? maxClickFactor;
}

const ladder: readonly number[] = [1, 1.1, maxClickFactor];
