import { rankKey } from "../rank.ts";
import { boundAt, tierAt } from "../segment/heads.ts";
import type { Placement } from "../types.ts";
import { valueCeilingMicros } from "../value.ts";
import { admit } from "./admit.ts";
import { advance, peekRank, skipTo } from "./merge.ts";
import type { Pool } from "./pool.ts";
import { clearPostponed, type Postponed, putAside } from "./postponed.ts";
import {
  clearLastResort,
  reservesWanted,
  type Selection,
  select,
  selectLastResort,
} from "./select.ts";
import { nextPosition, type Stream, streamOfNumber } from "./stream.ts";

/** One search over the streams of a request. */
export interface Search {
  readonly placements: readonly Placement[];
  readonly streams: readonly Stream[];
  /** Bit p = some campaign of the snapshot has a creative that placement p accepts. */
  readonly fillable: number;
  /** Whether placements want reserves. */
  readonly keepsReserves: boolean;
  readonly pool: Pool;
  readonly selection: Selection;
  readonly postponed: Postponed;
  /** Below this rank key nobody is admitted, whom the search need not visit; −Infinity = unknown. */
  readonly leastKey: number;
  scanCap: number;
  scanned: number;
  isCapped: boolean;
}

/** House ads visited at most, beyond the scan cap, to have something when nothing paid can show. */
const houseScanCap = 512;

/** No house ad ranks above this. */
const houseKey = rankKey(0, Infinity);

/**
 * Visits campaigns until no winner ranks below the next bound and there are enough reserves. Whatever ranks below all
 * winners cannot win: a campaign that could not rise above them is postponed, and is visited after all when a winner
 * has come to rank lower.
 */
export function searchBest(search: Search): void {
  const { pool, placements, fillable, keepsReserves, selection, postponed, leastKey } = search;
  clearPostponed(postponed);
  let lowest = leastKey;
  let isStale = true;
  let selectedSize = -1;
  let selectAgainAtSize = fewestEntries(placements, fillable, keepsReserves);
  for (;;) {
    const next = bestStream(search);
    const position = next === null ? -1 : peekRank(next.merge);
    const bound = next === null ? -Infinity : boundAt(next.scene.segment.heads, position);
    if (isStale && (bound < lowest || next === null || pool.size >= selectAgainAtSize)) {
      lowest = Math.max(leastKey, select(pool, placements, fillable, keepsReserves, selection));
      isStale = false;
      selectedSize = pool.size;
      selectAgainAtSize = nextSelection(pool.size, placements.length);
    }
    if (next === null || bound < lowest) {
      if (postponed.size > 0 && postponed.highestKey >= lowest) visitPostponed(search);
      else if (pool.size === selectedSize) break;
      // Also for better reserves: one of them may keep two others away, so that there are too few and the search goes on.
      isStale = true;
    } else if (search.scanned >= search.scanCap) {
      search.isCapped = true;
      break;
    } else {
      search.scanned++;
      advance(next.merge);
      if (postpone(postponed, next, position, lowest)) continue;
      if (admit(pool, next, position) >= lowest) isStale = true;
    }
  }
  if (search.isCapped) select(pool, placements, fillable, keepsReserves, selection);
}

/** Finds the house ads to show when nothing paid can be, whatever the search for the best has left out. */
export function searchHouseAds(search: Search): void {
  const { pool, placements, selection, streams } = search;
  // Nobody pays an exchange for them.
  if (streams[0]!.scene.hasBids) {
    clearLastResort(placements, selection);
    return;
  }
  for (const newest of streams) {
    for (let stream: Stream | null = newest; stream !== null; stream = stream.older) {
      skipTo(stream.merge, stream.scene.segment.houseStart);
    }
  }
  search.scanCap = search.scanned + houseScanCap;
  for (let next = bestStream(search); next !== null; next = bestStream(search)) {
    if (search.scanned >= search.scanCap) {
      search.isCapped = true;
      break;
    }
    search.scanned++;
    const position = peekRank(next.merge);
    advance(next.merge);
    admit(pool, next, position);
  }
  selectLastResort(pool, placements, houseKey, selection);
}

/** No selection is full with fewer entries than this: all winners, and reserves, which placements may share. */
function fewestEntries(
  placements: readonly Placement[],
  fillable: number,
  keepsReserves: boolean,
): number {
  let winners = 0;
  let reserves = 0;
  for (let index = 0; index < placements.length; index++) {
    if ((fillable & (1 << index)) === 0) continue;
    const { count } = placements[index]!;
    winners += count;
    reserves = Math.max(reserves, reservesWanted(keepsReserves, count));
  }
  return winners + reserves;
}

/** Selecting costs as much as the pool is long, for each placement: often while it is short, then once it has doubled. */
function nextSelection(size: number, placements: number): number {
  return size < 32 ? size + ((placements + 1) >> 1) : 2 * size;
}

/** The stream whose next campaign has the highest bound; null at the end of all. */
function bestStream({ streams }: Search): Stream | null {
  let best: Stream | null = null;
  let bestBound = -Infinity;
  for (let index = 0; index < streams.length; index++) {
    for (let stream: Stream | null = streams[index]!; stream !== null; stream = stream.older) {
      const position = nextPosition(stream);
      if (position < 0) continue;
      const bound = boundAt(stream.scene.segment.heads, position);
      if (bound <= bestBound) continue;
      best = stream;
      bestBound = bound;
    }
  }
  return best;
}

/** Puts a campaign aside when it cannot reach `lowest`; true when it did. */
function postpone(postponed: Postponed, stream: Stream, position: number, lowest: number): boolean {
  if (lowest === -Infinity) return false;
  const { scene } = stream;
  const tier = tierAt(scene.segment.heads, position);
  const highest = rankKey(tier, valueCeilingMicros(scene, position));
  if (highest >= lowest) return false;
  putAside(postponed, stream.number, position, highest);
  return true;
}

function visitPostponed({ pool, postponed, streams }: Search): void {
  for (let at = 0; at < postponed.size; at++) {
    const stream = streamOfNumber(streams, postponed.streamNumbers[at]!);
    admit(pool, stream, postponed.positions[at]!);
  }
  clearPostponed(postponed);
}
