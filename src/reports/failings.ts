import { COARSE_PLACE_SHARE } from "../geo/membership.ts";
import { coveredShare, matchPlace } from "../targeting/placeMatch.ts";
import { budgetRule, pacingRule } from "../targeting/rules/delivery.ts";
import { categoryRule, deviceRule, keywordRule } from "../targeting/rules/page.ts";
import { placeIntentionRule } from "../targeting/rules/place.ts";
import { blockedRule } from "../targeting/rules/placement.ts";
import type { Rule } from "../targeting/rules/rule.ts";
import { datesRule, daypartRule } from "../targeting/rules/schedule.ts";
import { audienceRule, frequencyCapRule, stableVisitorRule } from "../targeting/rules/visitor.ts";
import { fittingPlacements, type Scene } from "../targeting/scene.ts";
import { hasTrait, traits } from "../targeting/segment/heads.ts";
import type { OutcomeName } from "./counters.ts";

/** What stands in a campaign's way, as bits: a lever moves some of them. */
export const obstacles = {
  zone: 1,
  intention: 2,
  hours: 4,
  device: 8,
  page: 16,
  shape: 32,
  unknownVisitor: 64,
  cap: 128,
  audience: 256,
  /** What no change of the campaign's targeting moves: dates, money, pacing, a site's refusal, an avoided page. */
  fixed: 512,
} as const;

export interface Failings {
  /** Of `obstacles`; 0 = nothing but the other ads is in the way. */
  readonly obstacles: number;
  /** The first of the funnel's outcomes that refuses it; null = none. */
  readonly first: OutcomeName | null;
}

interface Check {
  readonly outcome: OutcomeName;
  readonly rule: Rule;
  readonly obstacle: number;
}

/** In the order of the funnel: who is asked for first, money and chance last. */
const checksBeforeShape: readonly Check[] = [
  { outcome: "dates", rule: datesRule, obstacle: obstacles.fixed },
  { outcome: "daypart", rule: daypartRule, obstacle: obstacles.hours },
  { outcome: "device", rule: deviceRule, obstacle: obstacles.device },
  { outcome: "category", rule: categoryRule, obstacle: obstacles.page },
  { outcome: "keyword", rule: keywordRule, obstacle: obstacles.page },
];
const checksAfterShape: readonly Check[] = [
  { outcome: "no_stable_visitor", rule: stableVisitorRule, obstacle: obstacles.unknownVisitor },
  { outcome: "audience", rule: audienceRule, obstacle: obstacles.audience },
  { outcome: "frequency_cap", rule: frequencyCapRule, obstacle: obstacles.cap },
];
const checksOfDelivery: readonly Check[] = [
  { outcome: "budget", rule: budgetRule, obstacle: obstacles.fixed },
  { outcome: "pacing", rule: pacingRule, obstacle: obstacles.fixed },
];

/**
 * True when the campaign's zone holds a place of the request, whatever kind of place it asks for: this request is one
 * of its opportunities.
 */
export function isOpportunity(scene: Scene, position: number): boolean {
  const { places } = scene.request;
  if (places.length === 0) return hasTrait(scene.segment.heads, position, traits.nationwide);
  if (!hasTrait(scene.segment.heads, position, traits.intention))
    return matchPlace(scene, position) >= 0;
  return firstCovered(scene, position) >= 0;
}

/** The first of the request's places that the zone holds, of any kind; −1 = none. */
export function firstCovered(scene: Scene, position: number): number {
  const { places } = scene.request;
  for (let index = 0; index < places.length; index++)
    if (coveredShare(scene, position, index) >= COARSE_PLACE_SHARE) return index;
  return -1;
}

/** Asks every rule but those of value: where `decide` stops at the first refusal, this knows whether it is the only one. */
export function findFailings(scene: Scene, position: number, inZone: boolean): Failings {
  let found = inZone ? 0 : obstacles.zone;
  let first: OutcomeName | null = null;
  const fail = (outcome: OutcomeName, obstacle: number) => {
    found |= obstacle;
    first ??= outcome;
  };
  const ask = (checks: readonly Check[]) => {
    for (const { outcome, rule, obstacle } of checks)
      if (!passes(rule, scene, position))
        fail(outcome, obstacleOf(rule, obstacle, scene, position));
  };
  if (!meansThisPlace(scene, position, inZone)) fail("place_intention", obstacles.intention);
  ask(checksBeforeShape);
  const shape = shapeFailing(scene, position);
  if (shape !== null) fail(shape, shapeObstacle(scene, position));
  ask(checksAfterShape);
  ask(checksOfDelivery);
  return { obstacles: found, first };
}

function passes(rule: Rule, scene: Scene, position: number): boolean {
  const isAbout = rule.traits === 0 || hasTrait(scene.segment.heads, position, rule.traits);
  return !isAbout || rule.passes(scene, position);
}

/** A page that the campaign avoids would stay so, however many pages it wanted. */
function obstacleOf(rule: Rule, obstacle: number, scene: Scene, position: number): number {
  if (obstacle !== obstacles.page) return obstacle;
  return rule.figures(scene, position).avoided === true ? obstacles.fixed : obstacle;
}

/** In its zone, but by a place of a kind that the campaign does not mean; out of it, no such place is known at all. */
function meansThisPlace(scene: Scene, position: number, inZone: boolean): boolean {
  if (!hasTrait(scene.segment.heads, position, traits.intention)) return true;
  return inZone ? matchPlace(scene, position) >= 0 : placeIntentionRule.passes(scene, position);
}

type ShapeOutcome = Extract<OutcomeName, "format" | "size" | "blocked_by_placement">;

/** How far it gets on the placement where it gets furthest, value aside; null = one takes it. */
function shapeFailing(scene: Scene, position: number): ShapeOutcome | null {
  const { placements } = scene.request;
  const fitting = fittingPlacements(scene, position);
  for (let index = 0; index < placements.length; index++) {
    const fits = (fitting & (1 << index)) !== 0;
    if (fits && blockedRule.passes(scene, position, placements[index]!, 0)) return null;
  }
  if (fitting !== 0) return "blocked_by_placement";
  return offersFormat(scene, position) ? "size" : "format";
}

/** Other creatives help where some placement would have the advertiser. */
function shapeObstacle(scene: Scene, position: number): number {
  const { placements } = scene.request;
  const isOpen = placements.some((it) => blockedRule.passes(scene, position, it, 0));
  return isOpen ? obstacles.shape : obstacles.fixed;
}

function offersFormat({ segment, request }: Scene, position: number): boolean {
  const { shapes, byCampaign } = segment.shapes;
  for (let at = byCampaign.starts[position]!; at < byCampaign.starts[position + 1]!; at++) {
    const { format } = shapes[byCampaign.values[at]!]!;
    if (request.placements.some((placement) => placement.formats.includes(format))) return true;
  }
  return false;
}
