import { matchPlace } from "./placeMatch.ts";
import { rankKey } from "./rank.ts";
import { campaignRules, placementRulesBeyondShape } from "./rules/list.ts";
import { fittingPlacements, maxPlacements, type Scene } from "./scene.ts";
import { createCandidate } from "./search/candidate.ts";
import { advance, createMerge, peekRank, skipTo } from "./search/merge.ts";
import { addToPool, clearPool, createPool } from "./search/pool.ts";
import { createSelection, extraReserve, select, selectLastResort } from "./search/select.ts";
import { nextPosition, openStream, type Stream } from "./search/stream.ts";
import { boundAt, tierAt, traitsAt } from "./segment/heads.ts";
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
import { valueMicros } from "./value.ts";

/** Campaigns visited at most for one decision, unless told otherwise. */
export const defaultScanCap = 4_096;

export interface DecideOptions {
  readonly scanCap?: number;
}

/** House ads visited at most, beyond that, to have something when nothing paid can show. */
const houseScanCap = 512;

/** No house ad ranks above this. */
const houseKey = rankKey(0, Infinity);

/** Scratch memory: `decide` is synchronous, so one set serves all requests of a thread. */
const baseMerge = createMerge();
const overlayMerge = createMerge();
const pool = createPool(256);
const selection = createSelection();
const found = { key: 0, placements: 0, placeIndex: 0 };

interface Search {
  readonly placements: readonly Placement[];
  readonly streams: readonly Stream[];
  /** Bit p = some campaign of the snapshot has a creative that placement p accepts. */
  readonly fillable: number;
  scanCap: number;
  scanned: number;
  isCapped: boolean;
}

/**
 * The ads for all placements of a request, decided together: slots are filled in the request's order, each with the
 * best eligible campaign (tier, value, stable hash, id) whose campaign, advertiser and trade are not on the page yet.
 * Pure: the same inputs give the same decision. Visits campaigns best bound first and stops once nothing can change,
 * or at `scanCap` (then `scanCapped` is true). Throws RangeError for more than 32 placements.
 */
export function decide(
  request: AdRequest,
  snapshot: Snapshot,
  visitor: VisitorState,
  delivery: DeliveryState,
  options: DecideOptions = {},
): Decision {
  const { placements } = request;
  if (placements.length > maxPlacements) {
    throw new RangeError(`at most ${maxPlacements} placements are decided together`);
  }
  const given = [request, visitor, delivery] as const;
  const { base, overlay } = snapshot;
  const hidden = snapshot.hiddenCount === 0 ? null : snapshot.hidden;
  const streams = [
    openStream(base, hidden, baseMerge, given),
    openStream(overlay, null, overlayMerge, given),
  ].filter((stream) => stream !== null);
  const search: Search = {
    placements,
    streams,
    fillable: fillablePlacements(streams),
    scanCap: options.scanCap ?? defaultScanCap,
    scanned: 0,
    isCapped: false,
  };
  if (search.fillable === 0) return emptyDecision(placements);
  clearPool(pool);
  searchBest(search);
  searchHouseAds(search);
  const decision = toDecision(search);
  clearPool(pool); // lets go of the request
  return decision;
}

/**
 * Visits campaigns until what is selected rests on nothing below the next bound. Whatever ranks below all that is
 * selected cannot change a full selection, so most campaigns that are found late need no new one.
 */
function searchBest(search: Search): void {
  let lowest = -Infinity;
  let isStale = true;
  let selectAgainAtSize = fewestEntries(search.placements);
  for (let next = bestStream(search); next !== null; next = bestStream(search)) {
    const position = peekRank(next.merge);
    const bound = boundAt(next.scene.segment.heads, position);
    if (isStale && (bound < lowest || pool.size >= selectAgainAtSize)) {
      lowest = select(pool, search.placements, search.fillable, selection);
      isStale = false;
      selectAgainAtSize = nextSelection(pool.size);
    }
    if (bound < lowest) break;
    const before = pool.size;
    if (!visit(search, next, position)) break;
    if (pool.size > before && found.key >= lowest) isStale = true;
  }
  if (isStale) select(pool, search.placements, search.fillable, selection);
}

/** No selection is full with fewer entries than this. */
function fewestEntries(placements: readonly Placement[]): number {
  return 2 * Math.max(...placements.map(({ count }) => count)) + extraReserve;
}

/** Selecting costs about as much as the pool is long: often while it is short, then each time it has doubled. */
function nextSelection(size: number): number {
  return size < 32 ? size + 1 : 2 * size;
}

/** Finds the house ads to show when nothing paid can be, whatever the search for the best has left out. */
function searchHouseAds(search: Search): void {
  for (const { merge, scene } of search.streams) skipTo(merge, scene.segment.houseStart);
  search.scanCap = search.scanned + houseScanCap;
  for (let next = bestStream(search); next !== null; next = bestStream(search)) {
    if (!visit(search, next, peekRank(next.merge))) break;
  }
  selectLastResort(pool, search.placements, houseKey, selection);
}

/** The stream whose next campaign has the highest bound; null at the end of all. */
function bestStream({ streams }: Search): Stream | null {
  let best: Stream | null = null;
  let bestBound = -Infinity;
  for (let index = 0; index < streams.length; index++) {
    const stream = streams[index]!;
    const position = nextPosition(stream);
    if (position < 0) continue;
    const bound = boundAt(stream.scene.segment.heads, position);
    if (bound <= bestBound) continue;
    best = stream;
    bestBound = bound;
  }
  return best;
}

/** Looks at one campaign, and moves on; false when the scan cap forbids it. */
function visit(search: Search, { merge, scene }: Stream, position: number): boolean {
  if (search.scanned >= search.scanCap) {
    search.isCapped = true;
    return false;
  }
  search.scanned++;
  advance(merge);
  const fitting = fittingPlacements(scene, position);
  if (fitting === 0) return true;
  const { heads } = scene.segment;
  const has = traitsAt(heads, position);
  for (let index = 0; index < campaignRules.length; index++) {
    const rule = campaignRules[index]!;
    if (rule.traits !== 0 && (rule.traits & has) === 0) continue;
    if (!rule.passes(scene, position)) return true;
  }
  found.placeIndex = matchPlace(scene, position);
  const value = valueMicros(scene, position, found.placeIndex);
  found.placements = acceptingPlacements(scene, position, fitting, value);
  if (found.placements === 0) return true;
  found.key = rankKey(tierAt(heads, position), value);
  addToPool(pool, scene, position, found);
  return true;
}

/** Of the placements (bits) whose shapes fit, those where the campaign is not blocked and reaches the floor. */
function acceptingPlacements(
  scene: Scene,
  position: number,
  fitting: number,
  value: number,
): number {
  const { placements } = scene.request;
  let accepting = fitting;
  for (let index = 0; index < placements.length; index++) {
    if ((fitting & (1 << index)) === 0) continue;
    for (const rule of placementRulesBeyondShape) {
      if (!rule.passes(scene, position, placements[index]!, value)) accepting &= ~(1 << index);
    }
  }
  return accepting;
}

function fillablePlacements(streams: readonly Stream[]): number {
  let placements = 0;
  for (const { scene } of streams) for (const bits of scene.placementsByShape) placements |= bits;
  return placements;
}

function toDecision(search: Search): Decision {
  return {
    placements: search.placements.map((placement, index) => ({
      placementId: placement.id,
      count: placement.count,
      ranked: rankedEntries(index).map((entry) => toCandidate(entry, placement)),
    })),
    scanned: search.scanned,
    scanCapped: search.isCapped,
  };
}

/** The winners, then whoever may step in, best first: reserves, and house ads of last resort. */
function rankedEntries(index: number): number[] {
  const winners = selection.winners[index]!;
  const further = new Set([...selection.reserves[index]!, ...selection.lastResort[index]!]);
  for (const entry of winners) further.delete(entry);
  const inOrder = [...further].sort((a, b) => pool.order.indexOf(a) - pool.order.indexOf(b));
  return [...winners, ...inOrder];
}

function toCandidate(entry: number, placement: Placement): Candidate {
  return createCandidate(
    pool.scenes[entry]!,
    pool.positions[entry]!,
    pool.placeIndexes[entry]!,
    placement,
  );
}

function emptyDecision(placements: readonly Placement[]): Decision {
  const nothing = ({ id, count }: Placement): PlacementDecision => ({
    placementId: id,
    count,
    ranked: [],
  });
  return { placements: placements.map(nothing), scanned: 0, scanCapped: false };
}
