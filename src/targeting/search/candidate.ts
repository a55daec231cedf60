import { mixHash } from "../hash.ts";
import { nearestCircle } from "../placeMatch.ts";
import { acceptsShape, type Scene } from "../scene.ts";
import { campaignIdAt } from "../segment/heads.ts";
import { readRecord } from "../segment/records.ts";
import { readCampaign } from "../snapshot.ts";
import type { Candidate, CreativeView, Placement } from "../types.ts";
import { explainValue } from "../value.ts";
import type { Pool } from "./pool.ts";

/** An entry of the pool on its own, to be read when the pool has gone on to another request. */
export interface Finding {
  readonly scene: Scene;
  readonly position: number;
  /** The request's place that matched, or a negative answer of `matchPlace`. */
  readonly placeIndex: number;
}

export function findingOf(pool: Pool, entry: number): Finding {
  return {
    scene: pool.scenes[entry]!,
    position: pool.positions[entry]!,
    placeIndex: pool.placeIndexes[entry]!,
  };
}

/** A campaign found for a placement, with its texts, its creative and its value broken down. */
export function toCandidate(finding: Finding, placement: Placement): Candidate {
  const { scene, position, placeIndex } = finding;
  const place = placeIndex < 0 ? undefined : scene.request.places[placeIndex];
  return {
    campaign: readCampaign(scene.segment, position),
    creative: chooseCreative(scene, position, placement),
    value: explainValue(scene, position, placeIndex),
    placeSource: place?.source ?? null,
    placeLabel: place?.label ?? null,
    distanceMeters: distanceFrom(finding),
  };
}

/** One of the campaign's creatives that fit the placement: a stable hash of the decision takes them in turn. */
function chooseCreative(scene: Scene, position: number, placement: Placement): CreativeView {
  const { creatives } = readRecord(scene.segment.records, position);
  const fitting = creatives.filter((creative) => acceptsShape(placement, creative));
  const turn = mixHash(scene.seed ^ creativeSalt, campaignIdAt(scene.segment.heads, position));
  return fitting[turn % fitting.length]!;
}

/** Keeps the choice of creative apart from ties and pacing, which hash the same two things. */
const creativeSalt = 0x27d4eb2f;

function distanceFrom({ scene, position, placeIndex }: Finding): number | null {
  const centre = placeIndex < 0 ? undefined : scene.centres[placeIndex];
  if (centre === undefined) return null;
  const circle = nearestCircle(scene.segment.zones.include, position, centre);
  return circle?.distanceMeters ?? null;
}
