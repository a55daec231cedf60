import type { DeliveryState } from "./deliveryState.ts";
import { rankKey } from "./rank.ts";
import { hasAnyRoute, lowestFloor } from "./rules/bidRoutes.ts";
import { isFillable, maxPlacements } from "./scene.ts";
import { readCandidate } from "./search/candidate.ts";
import {
  createPlacementDecision,
  type DecisionInputs,
  furtherFindings,
} from "./search/laterReads.ts";
import { createMerge } from "./search/merge.ts";
import { clearPool, createPool } from "./search/pool.ts";
import { createPostponed } from "./search/postponed.ts";
import { type Search, searchBest, searchHouseAds } from "./search/search.ts";
import { createSelection } from "./search/select.ts";
import { openStream, type Stream, streamOfNumber } from "./search/stream.ts";
import type { Segment } from "./segment/segment.ts";
import type { Snapshot } from "./snapshot.ts";
import type {
  AdRequest,
  Candidate,
  Decision,
  Placement,
  PlacementDecision,
  VisitorState,
} from "./types.ts";

/** Campaigns visited at most for one decision, unless told otherwise. */
export const defaultScanCap = 4_096;

export interface DecideOptions {
  readonly scanCap?: number;
  /** Whether to look for who may step in beside the winners; absent = for an exchange's slots only. */
  readonly keepsReserves?: boolean;
}

/** Scratch memory: `decide` is synchronous, so one set serves all requests of a thread. */
const merges = [createMerge(), createMerge()] as const;
const pool = createPool(256);
const selection = createSelection();
const postponed = createPostponed(256);

/**
 * The ads for all placements of a request, decided together: slots are filled in the request's order, each with the
 * best eligible campaign (tier, value, stable hash, id) whose campaign, advertiser and trade are not on the page yet.
 * `ranked` goes on with the house ads of last resort; for an exchange's slots with who may step in for a winner that cannot
 * bid: the best of what was visited on the way. Winners are exact. Whom a budget refuses is replaced by deciding again.
 * Pure: the same inputs give the same decision. Visits campaigns best bound first and stops once nothing can change,
 * or at `scanCap` (then `scanCapped` is true). Throws RangeError for more than 32 placements.
 */
export function decide(
  request: AdRequest,
  snapshot: Snapshot,
  visitor: VisitorState,
  delivery: DeliveryState,
  { scanCap = defaultScanCap, keepsReserves }: DecideOptions = {},
): Decision {
  const { placements } = request;
  if (placements.length > maxPlacements) {
    throw new RangeError(`at most ${maxPlacements} placements are decided together`);
  }
  const streams = openStreams(snapshot, request, visitor, delivery);
  const fillable = fillablePlacements(streams, placements);
  if (fillable === 0) return emptyDecision(placements);
  clearPool(pool);
  const { hasBids } = streams[0]!.scene;
  const search: Search = {
    placements,
    streams,
    fillable,
    keepsReserves: keepsReserves ?? hasBids,
    pool,
    selection,
    postponed,
    leastKey: hasBids ? leastBidKey(placements, fillable) : -Infinity,
    scanCap,
    scanned: 0,
    isCapped: false,
  };
  searchBest(search);
  searchHouseAds(search);
  return {
    placements: toPlacementDecisions(search, { request, snapshot, visitor, delivery }),
    scanned: search.scanned,
    scanCapped: search.isCapped,
  };
}

function openStreams(
  { base, overlay, hidden, hiddenCount }: Snapshot,
  request: AdRequest,
  visitor: VisitorState,
  delivery: DeliveryState,
): readonly Stream[] {
  const hiddenInBase = hiddenCount === 0 ? null : hidden;
  const fromBase = openStream(0, base, hiddenInBase, merges[0], request, visitor, delivery);
  const fromOverlay = openStream(1, overlay, null, merges[1], request, visitor, delivery);
  if (fromBase === null) return fromOverlay === null ? [] : [fromOverlay];
  return fromOverlay === null ? [fromBase] : [fromBase, fromOverlay];
}

function fillablePlacements(streams: readonly Stream[], placements: readonly Placement[]): number {
  let fillable = 0;
  for (let index = 0; index < placements.length; index++) {
    for (let at = 0; at < streams.length; at++) {
      const { segment, hasBids } = streams[at]!.scene;
      if (!isFillable(segment, placements[index]!)) continue;
      if (hasBids && !isBiddable(segment, placements[index]!)) continue;
      fillable |= 1 << index;
    }
  }
  return fillable;
}

/** No campaign that pays less than the lowest floor of an exchange's slots bids for one; its value is no less than its pay. */
function leastBidKey(placements: readonly Placement[], fillable: number): number {
  let least = Infinity;
  for (let index = 0; index < placements.length; index++) {
    const { bid = null } = placements[index]!;
    if (bid !== null && (fillable & (1 << index)) !== 0) least = Math.min(least, lowestFloor(bid));
  }
  return rankKey(1, least);
}

/** True unless the exchange wants nothing of ours, or only deals that no campaign of the segment has. */
function isBiddable(segment: Segment, { bid = null }: Placement): boolean {
  return bid === null || hasAnyRoute(segment, bid);
}

/** Nobody asks for the reserve of most decisions, so only the winners are read from the snapshot at once. */
function toPlacementDecisions(search: Search, inputs: DecisionInputs): PlacementDecision[] {
  const { placements } = search;
  const decisions = new Array<PlacementDecision>(placements.length);
  for (let index = 0; index < placements.length; index++) {
    const findings = furtherFindings(pool, selection, index);
    const winners = readWinners(search, index);
    decisions[index] = createPlacementDecision(placements[index]!, winners, findings, inputs);
  }
  return decisions;
}

function readWinners({ placements, streams }: Search, index: number): Candidate[] {
  const { size, entries } = selection.winners[index]!;
  const winners = new Array<Candidate>(size);
  for (let at = 0; at < size; at++) {
    const entry = entries[at]!;
    const { scene } = streamOfNumber(streams, pool.streamNumbers[entry]!);
    const placeIndex = pool.placeIndexes[entry]!;
    winners[at] = readCandidate(scene, pool.positions[entry]!, placeIndex, placements[index]!);
  }
  return winners;
}

function emptyDecision(placements: readonly Placement[]): Decision {
  const nothing = ({ id, count }: Placement): PlacementDecision => ({
    placementId: id,
    count,
    winners: [],
    ranked: [],
  });
  return { placements: placements.map(nothing), scanned: 0, scanCapped: false };
}
