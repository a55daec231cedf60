import { COARSE_PLACE_SHARE } from "../geo/membership.ts";
import { maxNearnessMultiplier } from "../targeting/multipliers.ts";
import { coveredShare, matchPlace } from "../targeting/placeMatch.ts";
import { blockedRule, floorRule } from "../targeting/rules/placement.ts";
import { shownInWindow } from "../targeting/rules/visitor.ts";
import { fittingPlacements, type Scene } from "../targeting/scene.ts";
import {
  advertiserIdAt,
  bidPerThousandAt,
  campaignIdAt,
  tierAt,
} from "../targeting/segment/heads.ts";
import { tradeOf } from "../targeting/segment/segment.ts";
import type { Placement, ValueBreakdown } from "../targeting/types.ts";
import { explainValue } from "../targeting/value.ts";
import { bidStepsPercent, type CounterName, radiusStepsMeters } from "./counters.ts";
import { obstacles } from "./failings.ts";
import { closenessToGrown, growthsNeeded } from "./grownZone.ts";
import { type Challenger, type WinnersPage, wouldWin } from "./winnersPage.ts";

/** One campaign against the ads that one request was given. */
export interface Trial {
  readonly scene: Scene;
  readonly position: number;
  readonly page: WinnersPage;
  readonly challenger: Challenger;
  /** What its value is made of at the place that it matches; worked out once. */
  readonly worth: () => ValueBreakdown;
}

export function createTrial(scene: Scene, position: number, page: WinnersPage): Trial {
  const { segment } = scene;
  const challenger = {
    campaignId: campaignIdAt(segment.heads, position),
    advertiserId: advertiserIdAt(segment.heads, position),
    trade: tradeOf(segment, position),
    tier: tierAt(segment.heads, position),
  };
  let known: ValueBreakdown | null = null;
  const worth = () => {
    known ??= explainValue(scene, position, matchPlace(scene, position));
    return known;
  };
  return { scene, position, page, challenger, worth };
}

/** Whether a placement takes the campaign at a value, by its creatives, the site's wishes and the floor. */
export function placementTest(
  { scene, position }: Trial,
  valueMicros: number,
  anyShape = false,
): (placement: Placement, index: number) => boolean {
  const fitting = anyShape ? -1 : fittingPlacements(scene, position);
  return (placement, index) =>
    (fitting & (1 << index)) !== 0 &&
    blockedRule.passes(scene, position, placement, 0) &&
    floorRule.passes(scene, position, placement, valueMicros);
}

/**
 * Every lever that would have made the campaign show where it did not: the request is decided again as if that one thing
 * about the campaign were different. `found` are its obstacles; the answers are exact for this request.
 */
export function winningLevers(trial: Trial, found: number): readonly CounterName[] {
  if ((found & obstacles.fixed) !== 0) return [];
  const isOnly = (moved: number) => found !== 0 && (found & ~moved) === 0;
  const asItIs = () => wins(trial, trialValueMicros(trial));
  if (found === 0 && asItIs()) return [];
  const winning: CounterName[] = [];
  // A wider zone is for those out of it: that it also makes those within a little nearer is left out.
  // Also for those within who do not search (or live) here, as it means, while the place where they do is near.
  if (isOnly(obstacles.zone | obstacles.intention)) winning.push(...winningRadii(trial));
  if (found === 0) winning.push(...winningBids(trial));
  const tryOut = (name: CounterName, moved: number, wins: () => boolean) => {
    if (isOnly(moved) && wins()) winning.push(name);
  };
  const { cap, unknownVisitor, audience, hours, device, page, intention, shape } = obstacles;
  tryOut("gain_cap_double", cap, () => isUnderDoubledCaps(trial) && asItIs());
  tryOut("gain_cap_none", cap | unknownVisitor, asItIs);
  tryOut("gain_any_audience", audience, asItIs);
  tryOut("gain_all_hours", hours, asItIs);
  tryOut("gain_all_devices", device, asItIs);
  tryOut("gain_all_pages", page, () => wins(trial, trialValueMicros(trial, 100, undefined, 1)));
  // These may help where nothing forbids the campaign: a nearer place counts, another placement is open.
  if (found === 0 || isOnly(intention))
    if (wins(trial, valueAtAnyPlace(trial))) winning.push("gain_any_intention");
  if (found === 0 || isOnly(shape))
    if (wins(trial, trialValueMicros(trial), true)) winning.push("gain_all_formats");
  return winning;
}

function wins(trial: Trial, valueMicros: number, anyShape = false): boolean {
  const mayTake = placementTest(trial, valueMicros, anyShape);
  return wouldWin(trial.page, trial.challenger, valueMicros, mayTake);
}

function winningRadii(trial: Trial): readonly CounterName[] {
  const { scene, position } = trial;
  // Nearly all who lose to others here would lose at the zone's centre too: no need to measure.
  if (!wins(trial, trialValueMicros(trial, 100, maxNearnessMultiplier))) return [];
  const growths = growthsNeeded(scene, position, radiusStepsMeters.at(-1)!);
  return radiusStepsMeters.flatMap((byMeters): CounterName[] => {
    const placeIndex = growths.findIndex((needed) => needed <= byMeters);
    if (placeIndex < 0) return [];
    const closeness = closenessToGrown(scene, position, placeIndex, byMeters);
    const nearnessMultiplier = 1 + (maxNearnessMultiplier - 1) * closeness;
    const value = trialValueMicros(trial, 100, nearnessMultiplier);
    return wins(trial, value) ? [`gain_radius_${byMeters}`] : [];
  });
}

/** Who wins at a bid wins at any higher one. */
function winningBids(trial: Trial): readonly CounterName[] {
  const winsAt = (percent: number) => wins(trial, trialValueMicros(trial, percent));
  if (!winsAt(bidStepsPercent.at(-1)!)) return [];
  const least = bidStepsPercent.findIndex(winsAt);
  return bidStepsPercent.slice(least).map((percent): CounterName => `gain_bid_${percent}`);
}

/** The value of `valueMicros`, or what it would be with another bid, nearness or fit of the page. */
export function trialValueMicros(
  { scene, position, worth }: Trial,
  bidPercent = 100,
  nearnessMultiplier = worth().nearnessMultiplier,
  categoryMultiplier = worth().categoryMultiplier,
): number {
  return Math.round(
    ((bidPerThousandAt(scene.segment.heads, position) * bidPercent) / 100) *
      (worth().clickFactor ?? 1) *
      worth().audienceMultiplier *
      nearnessMultiplier *
      categoryMultiplier,
  );
}

function valueAtAnyPlace(trial: Trial): number {
  const { scene, position } = trial;
  const index = scene.request.places.findIndex(
    (_, at) => coveredShare(scene, position, at) >= COARSE_PLACE_SHARE,
  );
  const { nearnessMultiplier } = explainValue(scene, position, index);
  return trialValueMicros(trial, 100, nearnessMultiplier);
}

/** True when the visitor has seen it less often than twice what its caps allow. */
function isUnderDoubledCaps({ scene, position }: Trial): boolean {
  const { caps } = scene.segment;
  for (let at = caps.starts[position]!; at < caps.starts[position + 1]!; at++) {
    if (shownInWindow(scene, position, at) >= 2 * caps.maxImpressions[at]!) return false;
  }
  return true;
}
