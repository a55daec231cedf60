import { metersOfChordSquared } from "../../geo/sphere.ts";
import { weightedCreative } from "../creativeShares.ts";
import { mixHash } from "../hash.ts";
import { nearestCircleChordSquared } from "../placeMatch.ts";
import { creativeStage } from "../rules/creativeFit.ts";
import { acceptsShape, type Scene } from "../scene.ts";
import { readEntry } from "../segment/entries.ts";
import { campaignIdAt } from "../segment/heads.ts";
import type { Candidate, CreativeView, Placement } from "../types.ts";
import { explainValue } from "../value.ts";

/**
 * A campaign found for a placement, with its texts, its creative and its value broken down. `placeIndex` is the request's
 * place that matched, or a negative answer of `matchPlace`.
 */
export function readCandidate(
  scene: Scene,
  position: number,
  placeIndex: number,
  placement: Placement,
): Candidate {
  const { campaign, creatives } = readEntry(scene.segment, position);
  const fitting = fittingCreatives(scene, position, creatives, placement);
  const place = placeIndex < 0 ? undefined : scene.request.places[placeIndex];
  return {
    campaign,
    creative: chooseCreative(scene, position, fitting),
    ...(fitting.length === 1 ? {} : { choices: fitting }),
    value: explainValue(scene, position, placeIndex),
    placeSource: place?.source ?? null,
    placeLabel: place?.label ?? null,
    distanceMeters: distanceFrom(scene, position, placeIndex),
  };
}

/** The campaign's creatives that fit the placement. */
function fittingCreatives(
  scene: Scene,
  position: number,
  creatives: readonly CreativeView[],
  placement: Placement,
): readonly CreativeView[] {
  if (creatives.length === 1) return creatives;
  return scene.hasBids
    ? biddableCreatives(scene, position, creatives, placement)
    : creatives.filter((creative) => acceptsShape(placement, creative));
}

/** One of them: a stable hash of the decision takes them in turn, each as often as its weight says. */
function chooseCreative(
  scene: Scene,
  position: number,
  fitting: readonly CreativeView[],
): CreativeView {
  if (fitting.length === 1) return fitting[0]!;
  if (fitting.some(({ weight = 1 }) => weight !== 1)) {
    return weightedCreative(fitting, scene.seed ^ creativeSalt);
  }
  const turn = mixHash(scene.seed ^ creativeSalt, campaignIdAt(scene.segment.heads, position));
  return fitting[turn % fitting.length]!;
}

/** Those that an exchange takes as they are, else those that it takes as a card in a banner. */
function biddableCreatives(
  scene: Scene,
  position: number,
  creatives: readonly CreativeView[],
  placement: Placement,
): readonly CreativeView[] {
  const { bid = null } = placement;
  if (bid === null) return creatives.filter((creative) => acceptsShape(placement, creative));
  const first = scene.segment.shapes.byCampaign.starts[position]!;
  const stages = creatives.map((_, index) =>
    creativeStage(scene, position, first + index, placement, bid),
  );
  const furthest = Math.max(...stages);
  return creatives.filter((_, index) => stages[index] === furthest);
}

/** Keeps the choice of creative apart from ties and pacing, which hash the same two things. */
const creativeSalt = 0x27d4eb2f;

function distanceFrom(scene: Scene, position: number, placeIndex: number): number | null {
  const centre = placeIndex < 0 ? undefined : scene.centres[placeIndex];
  if (centre === undefined) return null;
  const chord = nearestCircleChordSquared(scene.segment.zones.include, position, centre);
  return chord === Infinity ? null : metersOfChordSquared(chord);
}
