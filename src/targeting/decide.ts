import { maxPlacements } from "./scene.ts";
import { type Finding, findingOf, toCandidate } from "./search/candidate.ts";
import { createMerge } from "./search/merge.ts";
import { clearPool, createPool } from "./search/pool.ts";
import {
  clearPostponed,
  type Postponed,
  type Search,
  searchBest,
  searchHouseAds,
} from "./search/search.ts";
import { createSelection } from "./search/select.ts";
import { openStream, type Stream } from "./search/stream.ts";
import type { Snapshot } from "./snapshot.ts";
import type {
  AdRequest,
  Candidate,
  Decision,
  DeliveryState,
  Placement,
  PlacementDecision,
  VisitorState,
} from "./types.ts";

/** Campaigns visited at most for one decision, unless told otherwise. */
export const defaultScanCap = 4_096;

export interface DecideOptions {
  readonly scanCap?: number;
}

/** Scratch memory: `decide` is synchronous, so one set serves all requests of a thread. */
const baseMerge = createMerge();
const overlayMerge = createMerge();
const pool = createPool(256);
const selection = createSelection();
const postponed: Postponed = { streams: [], positions: [], highestKey: -Infinity };

/**
 * The ads for all placements of a request, decided together: slots are filled in the request's order, each with the
 * best eligible campaign (tier, value, stable hash, id) whose campaign, advertiser and trade are not on the page yet.
 * `ranked` goes on with who may step in for a refused winner, and with the house ads of last resort. Winners are exact;
 * who may step in is the best of what was visited on the way to them, for a refusal is rare and remembered.
 * Pure: the same inputs give the same decision. Visits campaigns best bound first and stops once nothing can change,
 * or at `scanCap` (then `scanCapped` is true). Throws RangeError for more than 32 placements.
 */
export function decide(
  request: AdRequest,
  snapshot: Snapshot,
  visitor: VisitorState,
  delivery: DeliveryState,
  { scanCap = defaultScanCap }: DecideOptions = {},
): Decision {
  const { placements } = request;
  if (placements.length > maxPlacements) {
    throw new RangeError(`at most ${maxPlacements} placements are decided together`);
  }
  const streams = openStreams(snapshot, [request, visitor, delivery]);
  const fillable = fillablePlacements(streams);
  if (fillable === 0) return emptyDecision(placements);
  clearPool(pool);
  const progress = { scanCap, scanned: 0, isCapped: false };
  const search: Search = {
    placements,
    streams,
    fillable,
    pool,
    selection,
    postponed,
    ...progress,
  };
  searchBest(search);
  searchHouseAds(search);
  const decision = toDecision(search);
  clearPool(pool); // lets go of the request
  clearPostponed(postponed);
  return decision;
}

function openStreams(
  { base, overlay, hidden, hiddenCount }: Snapshot,
  given: readonly [AdRequest, VisitorState, DeliveryState],
): readonly Stream[] {
  const fromBase = openStream(base, hiddenCount === 0 ? null : hidden, baseMerge, given);
  const fromOverlay = openStream(overlay, null, overlayMerge, given);
  return [fromBase, fromOverlay].filter((stream) => stream !== null);
}

function fillablePlacements(streams: readonly Stream[]): number {
  let placements = 0;
  for (const { scene } of streams) for (const bits of scene.placementsByShape) placements |= bits;
  return placements;
}

function toDecision({ placements, scanned, isCapped }: Search): Decision {
  return { placements: placements.map(toPlacementDecision), scanned, scanCapped: isCapped };
}

/** Nobody asks for the reserve of most decisions, so only the winners are read from the snapshot at once. */
function toPlacementDecision(placement: Placement, index: number): PlacementDecision {
  const read = (finding: Finding) => toCandidate(finding, placement);
  const winners = selection.winners[index]!.map((entry) => read(findingOf(pool, entry)));
  const further = furtherEntries(index).map((entry) => findingOf(pool, entry));
  const decision: ReadableLater = Object.create(readLater);
  decision.placementId = placement.id;
  decision.count = placement.count;
  decision.winners = winners;
  decision.readRanked = () => [...winners, ...further.map(read)];
  return decision;
}

interface ReadableLater {
  placementId: string;
  count: number;
  winners: readonly Candidate[];
  readRanked: () => readonly Candidate[];
  readonly ranked: readonly Candidate[];
}

/**
 * The accessor lives on one prototype: written into each decision, it would give each a hidden class of its own, which
 * keeps all that the decision refers to until the next full collection of garbage.
 */
const readLater = {
  get ranked(): readonly Candidate[] {
    const decision = this as unknown as ReadableLater;
    const ranked = decision.readRanked();
    decision.readRanked = () => ranked;
    return ranked;
  },
};

/** Whoever may step in for a winner, best first: reserves, and house ads of last resort. */
function furtherEntries(index: number): readonly number[] {
  const reserves = selection.reserves[index]!;
  const lastResort = selection.lastResort[index]!;
  if (lastResort.length === 0) return reserves;
  const further = new Set([...reserves, ...lastResort]);
  for (const entry of selection.winners[index]!) further.delete(entry);
  return [...further].sort((a, b) => pool.order.indexOf(a) - pool.order.indexOf(b));
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
