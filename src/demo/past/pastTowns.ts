import type { StoredCampaign } from "../../campaigns/repository.ts";
import { distanceMeters } from "../../geo/sphere.ts";
import type { DemoPlace } from "../demoTypes.ts";
import { demoCategories } from "../segments.ts";
import type { PastCampaign, PastTown } from "./makePast.ts";
import type { SavedCampaign } from "./savePortfolio.ts";

/** Communes whose middle lies in the campaign's circles; the nearest one where there is none. */
export function townsOf(
  { zone }: Pick<StoredCampaign, "zone">,
  places: readonly DemoPlace[],
): readonly PastTown[] {
  const circles = zone.include.filter((shape) => shape.type === "circle");
  const [first] = circles;
  if (first === undefined) return places.slice(0, 1);
  const within = places.filter((place) =>
    circles.some((circle) => distanceMeters(place, circle) <= circle.radiusMeters),
  );
  if (within.length > 0) return within;
  let nearest = places[0]!;
  for (const place of places)
    if (distanceMeters(place, first) < distanceMeters(nearest, first)) nearest = place;
  return [nearest];
}

/** What the past of a saved campaign is drawn from; null for one that has none. */
export function toPastCampaign(
  { planned, stored, creatives }: SavedCampaign,
  places: readonly DemoPlace[],
): PastCampaign | null {
  const { dailyBudgetMicros, totalBudgetMicros } = stored;
  const approved = creatives.filter(({ review }) => review.status === "approved");
  if (approved.length === 0 || stored.status === "draft") return null;
  if (dailyBudgetMicros === null || totalBudgetMicros === null) return null;
  const wanted = stored.categories.include;
  const pages = demoCategories.filter((page) =>
    wanted.some((category) => page === category || page.startsWith(`${category}/`)),
  );
  return {
    campaignId: stored.campaignId,
    advertiserId: stored.advertiserId,
    creativeIds: approved.map(({ creativeId }) => creativeId),
    pricing: stored.pricing,
    bidMicros: stored.bidMicros,
    dailyBudgetMicros,
    totalBudgetMicros,
    startsOn: stored.startsOn,
    endsOn: stored.endsOn,
    delivery: planned.delivery,
    towns: townsOf(stored, places),
    categories: pages.length > 0 ? pages : demoCategories,
  };
}
