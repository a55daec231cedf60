import type { BidConstraints } from "../bidConstraints.ts";
import type { Scene } from "../scene.ts";
import { dealKey } from "../segment/bidColumns.ts";
import { bidPerThousandAt, hasTrait, traits } from "../segment/heads.ts";
import type { Segment } from "../segment/segment.ts";

/** The ways by which a campaign may bid: the open auction, and each deal that both sides know. */

/**
 * Whether any campaign of a segment, or of what it lies upon, has a way to bid at all, so that no search is begun for deals
 * that nobody has.
 */
export function hasAnyRoute({ bids, older }: Segment, bid: BidConstraints): boolean {
  if (bid.refusesAll !== null) return false;
  if (bid.openFloorMicros !== null) return true;
  for (let at = 0; at < bid.deals.length; at++) {
    if (bids.dealIds.has(dealKey(bid.ssp, bid.deals[at]!.id))) return true;
  }
  return older !== null && hasAnyRoute(older.segment, bid);
}

/** The lowest floor of all ways, micros of a euro per thousand. */
export function lowestFloor({ openFloorMicros, deals }: BidConstraints): number {
  let lowest = openFloorMicros ?? Infinity;
  for (let at = 0; at < deals.length; at++) lowest = Math.min(lowest, deals[at]!.floorMicros);
  return lowest;
}

/** Which floors count: none, to say that there is no way at all; or those that the campaign's pay must reach. */
export type FloorRule = "ignored" | "reached";

/** Whether a campaign has a way to bid for some landing page. */
export function hasRoute(
  scene: Scene,
  position: number,
  bid: BidConstraints,
  floors: FloorRule,
): boolean {
  return isOpen(scene, position, bid, floors) || hasDeal(scene, position, bid, floors, anyDomain);
}

/** The same for a landing page of one domain, by its number in the segment: some deals are for a few domains only. */
export function hasRouteForDomain(
  scene: Scene,
  position: number,
  bid: BidConstraints,
  domain: number,
): boolean {
  return (
    isOpen(scene, position, bid, "reached") || hasDeal(scene, position, bid, "reached", domain)
  );
}

/** Whether a domain of the segment is one of those listed by `listedHash`, or under one. */
export function isUnderAny(
  { bids }: Segment,
  domain: number,
  listed: ReadonlySet<number>,
): boolean {
  const { starts, values } = bids.domains;
  const end = starts[domain + 1]!;
  for (let at = starts[domain]!; at < end; at++) if (listed.has(values[at]! | 0)) return true;
  return false;
}

const anyDomain = -1;

function isOpen(
  { segment: { heads } }: Scene,
  position: number,
  { openFloorMicros }: BidConstraints,
  floors: FloorRule,
): boolean {
  if (openFloorMicros === null || hasTrait(heads, position, traits.dealsOnly)) return false;
  return floors === "ignored" || bidPerThousandAt(heads, position) >= openFloorMicros;
}

function hasDeal(
  { segment }: Scene,
  position: number,
  bid: BidConstraints,
  floors: FloorRule,
  domain: number,
): boolean {
  const { bids, heads } = segment;
  if (bid.deals.length === 0 || !hasTrait(heads, position, traits.deals)) return false;
  const pay = bidPerThousandAt(heads, position);
  for (let at = 0; at < bid.deals.length; at++) {
    const { id, floorMicros, allowedDomains } = bid.deals[at]!;
    if (floors === "reached" && pay < floorMicros) continue;
    const dealId = bids.dealIds.get(dealKey(bid.ssp, id));
    if (dealId === undefined || bids.deals.get(position)?.includes(dealId) !== true) continue;
    if (domain === anyDomain || allowedDomains === null) return true;
    if (isUnderAny(segment, domain, allowedDomains)) return true;
  }
  return false;
}
