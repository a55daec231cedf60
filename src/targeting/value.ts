import { distanceBandOfChord } from "./clickEffects.ts";
import {
  categoryFitMultiplier,
  maxAudienceMultiplier,
  maxNearnessMultiplier,
} from "./multipliers.ts";
import { closenessToCircles, nearestCircleChordSquared } from "./placeMatch.ts";
import { roundingRoom } from "./rank.ts";
import { pageHasWantedCategory, pageHasWantedKeyword } from "./rules/page.ts";
import type { Scene } from "./scene.ts";
import { audienceNumbers } from "./segment/audienceColumns.ts";
import { readEntry } from "./segment/entries.ts";
import {
  audienceStartAt,
  bidPerThousandAt,
  hasTrait,
  tierAt,
  traits,
  traitsAt,
} from "./segment/heads.ts";
import type { ValueBreakdown } from "./types.ts";

/**
 * What a thousand views of a campaign are worth to this request, in integer micros: bid (CPC: × click rate × 1,000; vCPM: × view
 * rate) * × audience × nearness × category fit. House ads are worth 0. `placeIndex` is the answer of `matchPlace`.
 */
export function valueMicros(scene: Scene, position: number, placeIndex: number): number {
  const { segment } = scene;
  if (tierAt(segment.heads, position) === 0) return 0;
  return Math.round(
    bidPerThousandAt(segment.heads, position) *
      clickFactor(scene, position, placeIndex) *
      audienceMultiplier(scene, position) *
      nearnessMultiplier(scene, position, placeIndex) *
      categoryMultiplier(scene, position),
  );
}

/**
 * No less than `valueMicros`, whatever place matches, at a fraction of the cost: what a campaign could be worth to this
 * visitor at best. Tighter than its bound in the index, which must hold for visitors of any score.
 */
export function valueCeilingMicros(scene: Scene, position: number): number {
  const { heads } = scene.segment;
  const has = traitsAt(heads, position);
  if (tierAt(heads, position) === 0) return 0;
  const ceiling =
    bidPerThousandAt(heads, position) *
    (scene.clicks === null || (has & traits.perClick) === 0
      ? 1
      : clickFactorAtBest(scene, position)) *
    audienceMultiplier(scene, position) *
    ((has & traits.includesCircles) === 0 ? 1 : maxNearnessMultiplier) *
    ((has & traits.wantsPages) === 0 ? 1 : categoryFitMultiplier);
  return Math.ceil(ceiling * roundingRoom);
}

/** The same with what it is made of, for winners and explanations. */
export function explainValue(scene: Scene, position: number, placeIndex: number): ValueBreakdown {
  const { campaign, clickRate, viewRate } = readEntry(scene.segment, position);
  const { bidMicros, pricing } = campaign;
  const factor = clickFactor(scene, position, placeIndex);
  const isKnown = pricing === "cpc" && scene.clicks !== null;
  return {
    valueMicros: valueMicros(scene, position, placeIndex),
    bidMicros,
    pricing,
    clickRate: pricing === "cpc" ? clickRate * factor : null,
    ...(isKnown ? { clickFactor: factor } : {}),
    viewRate: pricing === "vcpm" ? viewRate : null,
    audienceMultiplier: audienceMultiplier(scene, position),
    nearnessMultiplier: nearnessMultiplier(scene, position, placeIndex),
    categoryMultiplier: categoryMultiplier(scene, position),
  };
}

/**
 * How much likelier a click is here than on average, where clicks are paid: the learnt effects, and no more than the bound
 * that the campaign's place in the index was worked out with.
 */
function clickFactor(scene: Scene, position: number, placeIndex: number): number {
  const { clicks, segment } = scene;
  if (clicks === null || !hasTrait(segment.heads, position, traits.perClick)) return 1;
  const band = distanceBandAt(scene, position, placeIndex);
  const factor = clicks.factor * (clicks.distances[band] ?? 1);
  return Math.min(factor, segment.clickCeilings[position]!);
}

function clickFactorAtBest({ clicks, segment }: Scene, position: number): number {
  if (clicks === null) return 1;
  return Math.min(clicks.factor * clicks.highestDistance, segment.clickCeilings[position]!);
}

function distanceBandAt(scene: Scene, position: number, placeIndex: number): number {
  const { heads, zones } = scene.segment;
  if (placeIndex < 0 || !hasTrait(heads, position, traits.includesCircles)) return 0;
  const centre = scene.centres[placeIndex]!;
  return distanceBandOfChord(nearestCircleChordSquared(zones.include, position, centre));
}

/** Product of 1 + (multiplier − 1) × score over the scored segments that boost, at most `maxAudienceMultiplier`. */
function audienceMultiplier({ segment, visitor }: Scene, position: number): number {
  const { audience, heads } = segment;
  if (visitor.scores === null || !hasTrait(heads, position, traits.boosts)) return 1;
  const { rules } = audience;
  let product = 1;
  let at = audienceNumbers.all * audienceStartAt(heads, position);
  for (;;) {
    const multiplier = rules[at + audienceNumbers.multiplier]!;
    if (!Number.isNaN(multiplier)) {
      const score = visitor.scores.get(rules[at + audienceNumbers.segmentId]!);
      if (score !== undefined) product *= 1 + (multiplier - 1) * Math.max(0, Math.min(1, score));
    }
    if (rules[at + audienceNumbers.rulesAfter] === 0) break;
    at += audienceNumbers.all;
  }
  return Math.min(product, maxAudienceMultiplier);
}

function nearnessMultiplier(scene: Scene, position: number, placeIndex: number): number {
  const { heads } = scene.segment;
  if (placeIndex < 0 || !hasTrait(heads, position, traits.includesCircles)) return 1;
  const centre = scene.centres[placeIndex]!;
  const closeness = closenessToCircles(scene.segment, position, centre);
  return 1 + (maxNearnessMultiplier - 1) * closeness;
}

function categoryMultiplier(scene: Scene, position: number): number {
  if (!hasTrait(scene.segment.heads, position, traits.wantsPages)) return 1;
  const wanted = pageHasWantedCategory(scene, position) || pageHasWantedKeyword(scene, position);
  return wanted ? categoryFitMultiplier : 1;
}
