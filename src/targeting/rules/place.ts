import { COARSE_PLACE_SHARE } from "../../geo/membership.ts";
import {
  coveredShare,
  intentionOf,
  matchPlace,
  meansPlace,
  nearestCircle,
  noMatch,
} from "../placeMatch.ts";
import type { Scene } from "../scene.ts";
import { readEntry } from "../segment/entries.ts";
import { hasTrait, traits } from "../segment/heads.ts";
import type { Figures, Rule } from "./rule.ts";

/** Where nothing is known of the place, only campaigns for all of France may show. */
export const placeUnknownRule: Rule = {
  name: "place_unknown",
  traits: 0,
  passes: ({ request, segment }, position) =>
    request.places.length > 0 || hasTrait(segment.heads, position, traits.nationwide),
  figures: (scene, position) => ({ zoneLabel: zoneLabel(scene, position) }),
};

/** The campaign means where people search, are or live; that kind of place must be known. */
export const placeIntentionRule: Rule = {
  name: "place_intention",
  traits: traits.intention,
  passes: (scene, position) => {
    if (!hasTrait(scene.segment.heads, position, traits.intention)) return true;
    const { places } = scene.request;
    for (let index = 0; index < places.length; index++) {
      if (meansPlace(scene, position, places[index]!.source)) return true;
    }
    return false;
  },
  figures: (scene, position) => ({
    placeIntention: intentionOf(scene, position),
    knownPlaces: scene.request.places.map((place) => place.source).join(", "),
  }),
};

/** The zone must cover enough of a place of the visitor. */
export const zoneRule: Rule = {
  name: "zone",
  traits: 0,
  passes: (scene, position) => matchPlace(scene, position) !== noMatch,
  figures: zoneFigures,
};

/** Of the first place that the campaign means: how much of it is covered, and how far it is. */
function zoneFigures(scene: Scene, position: number): Figures {
  const index = scene.request.places.findIndex((p) => meansPlace(scene, position, p.source));
  const place = scene.request.places[index];
  const centre = scene.centres[index];
  const label = zoneLabel(scene, position);
  if (place === undefined || centre === undefined) return { zoneLabel: label };
  const circle = nearestCircle(scene.segment.zones.include, position, centre);
  return {
    zoneLabel: label,
    placeSource: place.source,
    placeLabel: place.label,
    distanceMeters: circle === null ? null : Math.round(circle.distanceMeters),
    radiusMeters: circle === null ? null : circle.radiusMeters,
    coveredShare: coveredShare(scene, position, index),
    neededShare: COARSE_PLACE_SHARE,
  };
}

function zoneLabel({ segment }: Scene, position: number): string {
  return readEntry(segment, position).campaign.zoneLabel;
}
