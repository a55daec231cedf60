import { neighbourMeters } from "../geo/neighbourBuckets.ts";
import type { DeliveryState } from "../targeting/deliveryState.ts";
import { hashText } from "../targeting/hash.ts";
import { createScene, pageTopics, type Scene } from "../targeting/scene.ts";
import type { Segment } from "../targeting/segment/segment.ts";
import type { Sliced } from "../targeting/segment/sliced.ts";
import type { Snapshot } from "../targeting/snapshot.ts";
import type { AdRequest, VisitorState } from "../targeting/types.ts";
import type { Count, OutcomeName } from "./counters.ts";
import { findFailings, isOpportunity } from "./failings.ts";
import { isNearCircle } from "./grownZone.ts";
import {
  createTrial,
  placementTest,
  type Trial,
  trialValueMicros,
  winningLevers,
} from "./levers.ts";
import { visitWithinReach } from "./reach.ts";
import {
  hasCompetitor,
  isShown,
  type ShownAd,
  toWinnersPage,
  valueToBeatMicros,
  type WinnersPage,
  wouldWin,
} from "./winnersPage.ts";

/** A decision as it was made, with what became of it. */
export interface SampledDecision {
  readonly request: AdRequest;
  readonly snapshot: Snapshot;
  readonly visitor: VisitorState;
  readonly delivery: DeliveryState;
  /** What was shown in the end. */
  readonly shown: readonly ShownAd[];
  /** Campaigns that were to show, and that a store refused, with its reason. */
  readonly refusals: ReadonlyMap<number, string>;
}

/** Counted under this campaign: all sampled requests. */
export const everyCampaign = 0;

/**
 * Decides a sampled request again, exhaustively: for each campaign (house ads aside) that could serve and whose zone
 * holds the place, one outcome; for those that did not show, what would have made them. Yields often, so that it can be
 * done in slices. Pure but for `count`; `delivery` may have gone on since.
 */
export function* redecide(sample: SampledDecision, count: Count): Sliced {
  const { request, snapshot } = sample;
  const page = toWinnersPage(hashText(request.decisionId), request.placements, sample.shown);
  const scenes = new Map<Segment, Scene>();
  const sceneOf = (segment: Segment): Scene => {
    const known = scenes.get(segment);
    if (known !== undefined) return known;
    const { visitor, delivery } = sample;
    const topics = pageTopics(segment, request);
    const scene = createScene(segment, topics, request, visitor, delivery);
    scenes.set(segment, scene);
    return scene;
  };
  yield* visitWithinReach(snapshot, request, (segment, position) =>
    judge(sceneOf(segment), position, { page, refusals: sample.refusals, count }),
  );
  count(everyCampaign, "requests", 1);
  if (request.places.length === 0) count(everyCampaign, "requests_without_place", 1);
}

interface Judging {
  readonly page: WinnersPage;
  readonly refusals: ReadonlyMap<number, string>;
  readonly count: Count;
}

function judge(scene: Scene, position: number, { page, refusals, count }: Judging): void {
  const trial = createTrial(scene, position, page);
  const { campaignId } = trial.challenger;
  if (isShown(page, campaignId)) {
    count(campaignId, "won", 1);
    return;
  }
  const inZone = isOpportunity(scene, position);
  if (!inZone && !isNearCircle(scene, position, neighbourMeters)) return;
  const refusal = refusals.get(campaignId);
  if (refusal !== undefined) {
    count(campaignId, heldOutcome(refusal), 1);
    return;
  }
  const failings = findFailings(scene, position, inZone);
  if (inZone) {
    const isAboutValue = failings.first === null || afterValue.includes(failings.first);
    const outcome = isAboutValue ? outcomeOfValue(trial, failings.first, count) : failings.first;
    if (outcome !== null) count(campaignId, outcome, 1);
  }
  for (const lever of winningLevers(trial, failings.obstacles)) count(campaignId, lever, 1);
}

/** Outcomes that a campaign worth too little never comes to. */
const afterValue: readonly (OutcomeName | null)[] = ["budget", "pacing"];

/** What becomes of a campaign whose targeting fits: below the floor, refused by `delivery`, or beaten by others. */
function outcomeOfValue(trial: Trial, delivery: OutcomeName | null, count: Count): OutcomeName {
  const { page, challenger } = trial;
  const { campaignId } = challenger;
  const valueMicros = trialValueMicros(trial);
  const mayTake = placementTest(trial, valueMicros);
  const { placements } = trial.scene.request;
  if (!placements.some(mayTake)) {
    const fits = placementTest(trial, Number.POSITIVE_INFINITY);
    const floors = placements.filter(fits).map((placement) => placement.floorMicros);
    count(campaignId, "floor_own_value", valueMicros);
    count(campaignId, "floor_needed_value", Math.min(...floors));
    return "floor";
  }
  if (delivery !== null) return delivery;
  // Nobody was better: paid ads were paused, a store was away before it could refuse, or the answer was late.
  if (wouldWin(page, challenger, valueMicros, mayTake)) return "held_unavailable";
  if (hasCompetitor(page, challenger)) return "competitor_on_page";
  count(campaignId, "outranked_own_value", valueMicros);
  count(campaignId, "outranked_winning_value", valueToBeatMicros(page, mayTake));
  return "outranked";
}

function heldOutcome(refusal: string): OutcomeName {
  if (refusal === "frequency_cap") return "held_cap";
  return refusal === "unavailable" ? "held_unavailable" : "held_budget";
}
