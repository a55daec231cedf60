import { mixHash } from "../hash.ts";
import { nearestCircle } from "../placeMatch.ts";
import { acceptsShape, type Scene } from "../scene.ts";
import { campaignIdAt } from "../segment/heads.ts";
import { readRecord } from "../segment/records.ts";
import { readCampaign } from "../snapshot.ts";
import type { CampaignView, Candidate, CreativeView, Placement, ValueBreakdown } from "../types.ts";
import { explainValue } from "../value.ts";

/** A campaign found for a placement. Its texts are decoded when they are first read: reserves rarely are. */
export function createCandidate(
  scene: Scene,
  position: number,
  placeIndex: number,
  placement: Placement,
): Candidate {
  let campaign: CampaignView | undefined;
  let creative: CreativeView | undefined;
  let value: ValueBreakdown | undefined;
  const place = placeIndex < 0 ? undefined : scene.request.places[placeIndex];
  return {
    get campaign() {
      campaign ??= readCampaign(scene.segment, position);
      return campaign;
    },
    get creative() {
      creative ??= chooseCreative(scene, position, placement);
      return creative;
    },
    get value() {
      value ??= explainValue(scene, position, placeIndex);
      return value;
    },
    placeSource: place?.source ?? null,
    placeLabel: place?.label ?? null,
    get distanceMeters() {
      return distanceFrom(scene, position, placeIndex);
    },
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

function distanceFrom(scene: Scene, position: number, placeIndex: number): number | null {
  const centre = placeIndex < 0 ? undefined : scene.centres[placeIndex];
  if (centre === undefined) return null;
  const circle = nearestCircle(scene.segment.zones.include, position, centre);
  return circle?.distanceMeters ?? null;
}
