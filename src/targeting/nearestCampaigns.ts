import { toUnitVector, type UnitVector } from "../geo/sphere.ts";
import { nearestCircleChordSquared } from "./placeMatch.ts";
import { advertiserIdAt, campaignIdAt } from "./segment/heads.ts";
import { isHidden } from "./segment/hidden.ts";
import { layersOf, type Snapshot } from "./snapshot.ts";
import type { AdRequest } from "./types.ts";

/** The nearest found so far, nearest first, of two alike the lower id: never more than asked for. */
interface Nearest {
  readonly limit: number;
  readonly campaignIds: number[];
  readonly distances: number[];
}

/**
 * The campaigns, of any status, whose circles' centres are nearest to the request's first place; those without a circle
 * come after them, and where no place is known all go by id. `advertiserIds`: only theirs; null = everybody's.
 * Passes over every campaign once, 2 ms in 100,000, and remembers no more than `limit`, which is meant to be small.
 */
export function nearestCampaignIds(
  snapshot: Snapshot,
  request: AdRequest,
  limit: number,
  advertiserIds: ReadonlySet<number> | null = null,
): readonly number[] {
  const centre = request.places[0]?.centre;
  const point = centre === undefined ? null : toUnitVector(centre.lat, centre.lon);
  const nearest: Nearest = { limit, campaignIds: [], distances: [] };
  for (const { segment, hidden } of layersOf(snapshot)) {
    for (let position = 0; position < segment.size; position++) {
      if (hidden !== null && isHidden(hidden, position)) continue;
      const { heads, zones } = segment;
      if (advertiserIds !== null && !advertiserIds.has(advertiserIdAt(heads, position))) continue;
      keepIfNear(nearest, campaignIdAt(heads, position), distanceTo(zones, position, point));
    }
  }
  return nearest.campaignIds;
}

/** Squared chord to the nearest centre: it orders like the distance itself. */
function distanceTo(
  { include }: Snapshot["base"]["zones"],
  position: number,
  point: UnitVector | null,
): number {
  return point === null ? Infinity : nearestCircleChordSquared(include, position, point);
}

function keepIfNear(
  { limit, campaignIds, distances }: Nearest,
  campaignId: number,
  distance: number,
): void {
  let at = campaignIds.length;
  const isNearerThan = (other: number) =>
    distance < distances[other]! ||
    (distance === distances[other] && campaignId < campaignIds[other]!);
  if (at === limit && !isNearerThan(at - 1)) return;
  while (at > 0 && isNearerThan(at - 1)) at--;
  campaignIds.splice(at, 0, campaignId);
  distances.splice(at, 0, distance);
  if (campaignIds.length > limit) {
    campaignIds.pop();
    distances.pop();
  }
}
