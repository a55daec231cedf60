import { toUnitVector } from "../geo/sphere.ts";
import { nearestCircle } from "./placeMatch.ts";
import { campaignIdAt } from "./segment/heads.ts";
import { isHidden, type Snapshot } from "./snapshot.ts";
import type { AdRequest } from "./types.ts";

interface Neighbour {
  readonly campaignId: number;
  readonly distanceMeters: number;
}

/**
 * The campaigns, of any status, whose circles' centres are nearest to the request's first place; those without a circle
 * come after them, and where no place is known all go by id. Looks at every campaign: for explanations only.
 */
export function nearestCampaignIds(
  snapshot: Snapshot,
  request: AdRequest,
  limit: number,
): number[] {
  const centre = request.places[0]?.centre;
  const point = centre === undefined ? null : toUnitVector(centre.lat, centre.lon);
  const neighbours: Neighbour[] = [];
  for (const segment of [snapshot.base, snapshot.overlay]) {
    for (let position = 0; position < segment.size; position++) {
      if (segment === snapshot.base && isHidden(snapshot.hidden, position)) continue;
      const circle = point === null ? null : nearestCircle(segment.zones.include, position, point);
      neighbours.push({
        campaignId: campaignIdAt(segment.heads, position),
        distanceMeters: circle?.distanceMeters ?? Number.MAX_VALUE,
      });
    }
  }
  neighbours.sort((a, b) => a.distanceMeters - b.distanceMeters || a.campaignId - b.campaignId);
  return neighbours.slice(0, limit).map((neighbour) => neighbour.campaignId);
}
