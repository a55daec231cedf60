import type { BidConstraints } from "../bidConstraints.ts";
import type { RejectionRule } from "../rejection.ts";
import type { Scene } from "../scene.ts";
import { readEntry } from "../segment/entries.ts";
import { bidPerThousandAt, tierAt, tradeIdAt } from "../segment/heads.ts";
import type { Placement } from "../types.ts";
import { hasRoute } from "./bidRoutes.ts";
import { creativeStages, furthestStage, someCreativeFits } from "./creativeFit.ts";
import type { Figures, PlacementRule } from "./rule.ts";

/**
 * What exchanges ask beyond what pages do (`Placement.bid`), in the order in which an explanation names them. The search
 * asks `biddablePlacements`, which says the same at once, and only of requests that come from an exchange.
 */
export const bidRules: readonly PlacementRule[] = [
  bidRule("exchange_terms", (_scene, _position, { bid }) => bid.refusesAll === null, {
    figures: (_scene, _position, { bid }) => ({ reason: bid.refusesAll }),
  }),
  bidRule("exchange_house", ({ segment }, position) => tierAt(segment.heads, position) > 0),
  bidRule("exchange_category", isOfWantedCategory, {
    figures: ({ segment }, position) => ({
      category: segment.bids.categories[tradeIdAt(segment.heads, position)]!,
      trade: readEntry(segment, position).campaign.trade,
    }),
  }),
  bidRule(
    "exchange_deal",
    (scene, position, { bid }) => hasRoute(scene, position, bid, "ignored"),
    {
      figures: (_scene, _position, { bid }) => ({
        deals: bid.deals.map(({ id }) => id).join(", "),
        dealsOnly: bid.openFloorMicros === null,
      }),
    },
  ),
  bidRule(
    "exchange_floor",
    (scene, position, { bid }) => hasRoute(scene, position, bid, "reached"),
    {
      figures: ({ segment }, position, { bid }) => ({
        payMicros: Math.floor(bidPerThousandAt(segment.heads, position)),
        floorMicros: bid.openFloorMicros ?? Math.min(...bid.deals.map((deal) => deal.floorMicros)),
      }),
    },
  ),
  creativeRule("exchange_advertiser", creativeStages.advertiser),
  creativeRule("exchange_attribute", creativeStages.attribute),
  creativeRule("exchange_insecure", creativeStages.insecure),
  creativeRule("exchange_media", creativeStages.media),
];

/** Of some placements (bits) those where the campaign may bid: what all of `bidRules` let pass. Allocates next to nothing. */
export function biddablePlacements(scene: Scene, position: number, placements: number): number {
  const { segment, request } = scene;
  if (placements === 0 || tierAt(segment.heads, position) === 0) return 0;
  let biddable = placements;
  for (let index = 0; index < request.placements.length; index++) {
    if ((placements & (1 << index)) === 0) continue;
    const placement = request.placements[index]!;
    const bid = placement.bid ?? null;
    if (bid !== null && !mayBid(scene, position, placement, bid)) biddable &= ~(1 << index);
  }
  return biddable;
}

function mayBid(
  scene: Scene,
  position: number,
  placement: Placement,
  bid: BidConstraints,
): boolean {
  return (
    bid.refusesAll === null &&
    isOfWantedCategory(scene, position, { bid }) &&
    hasRoute(scene, position, bid, "reached") &&
    someCreativeFits(scene, position, placement, bid)
  );
}

/** The slot of an exchange. */
type BidSlot = Placement & { readonly bid: BidConstraints };

function isOfWantedCategory(
  { segment }: Scene,
  position: number,
  { bid }: Pick<BidSlot, "bid">,
): boolean {
  const { refusedCategories } = bid;
  if (refusedCategories.size === 0) return true;
  return !refusedCategories.has(segment.bids.categories[tradeIdAt(segment.heads, position)]!);
}

function creativeRule(name: RejectionRule, stage: number): PlacementRule {
  return bidRule(
    name,
    (scene, position, slot) => furthestStage(scene, position, slot, slot.bid) > stage,
    { figures: (_scene, _position, { bid }) => ({ secure: bid.secure }) },
  );
}

function bidRule(
  name: RejectionRule,
  passes: (scene: Scene, position: number, slot: BidSlot) => boolean,
  told: { readonly figures?: (scene: Scene, position: number, slot: BidSlot) => Figures } = {},
): PlacementRule {
  const slotOf = (placement: Placement): BidSlot | null => {
    const { bid = null } = placement;
    return bid === null ? null : { ...placement, bid };
  };
  return {
    name,
    passes(scene, position, placement) {
      const slot = slotOf(placement);
      return slot === null || passes(scene, position, slot);
    },
    figures(scene, position, placement) {
      const slot = slotOf(placement);
      const exchange = { placementId: placement.id, ssp: slot?.bid.ssp ?? null };
      return slot === null ? exchange : { ...exchange, ...told.figures?.(scene, position, slot) };
    },
  };
}
