import type { Postings } from "../segment/postings.ts";

/**
 * Walks several posting lists at once in ascending order of rank, each rank once: a binary heap of cursors by the rank
 * they stand on. Reused from request to request.
 */
export interface Merge {
  ranks: Uint32Array;
  listStarts: Uint32Array;
  /** Cursor n stands at ranks[cursors[n]] and ends before ends[n]. */
  cursors: Uint32Array<ArrayBuffer>;
  ends: Uint32Array<ArrayBuffer>;
  size: number;
}

export function createMerge(): Merge {
  return {
    ranks: new Uint32Array(0),
    listStarts: new Uint32Array(0),
    cursors: new Uint32Array(64),
    ends: new Uint32Array(64),
    size: 0,
  };
}

export function clearMerge(merge: Merge, postings: Postings): void {
  merge.ranks = postings.ranks;
  merge.listStarts = postings.listStarts;
  merge.size = 0;
}

/** Adds a posting list; adding one twice is harmless. */
export function addList(merge: Merge, list: number): void {
  if (merge.size === merge.cursors.length) enlarge(merge);
  const { cursors, ends, ranks, listStarts } = merge;
  const cursor = listStarts[list]!;
  const rank = ranks[cursor]!;
  let hole = merge.size++;
  for (let parent = (hole - 1) >> 1; hole > 0; parent = (hole - 1) >> 1) {
    if (ranks[cursors[parent]!]! <= rank) break;
    cursors[hole] = cursors[parent]!;
    ends[hole] = ends[parent]!;
    hole = parent;
  }
  cursors[hole] = cursor;
  ends[hole] = listStarts[list + 1]!;
}

/** The lowest rank not passed yet, or −1. */
export function peekRank({ size, ranks, cursors }: Merge): number {
  return size === 0 ? -1 : ranks[cursors[0]!]!;
}

/** Goes on behind the present rank. */
export function advance(merge: Merge): void {
  const rank = peekRank(merge);
  while (merge.size > 0 && peekRank(merge) === rank) moveTop(merge, merge.cursors[0]! + 1);
}

/** Goes on at the first rank that is at least this one. */
export function skipTo(merge: Merge, rank: number): void {
  while (merge.size > 0 && peekRank(merge) < rank) {
    moveTop(merge, firstAtLeast(merge.ranks, merge.cursors[0]!, merge.ends[0]!, rank));
  }
}

/** Puts the top cursor at a later index, or drops it at its end. */
function moveTop(merge: Merge, cursor: number): void {
  const { cursors, ends } = merge;
  cursors[0] = cursor;
  if (cursor === ends[0]) {
    merge.size--;
    cursors[0] = cursors[merge.size]!;
    ends[0] = ends[merge.size]!;
  }
  if (merge.size > 1) siftDown(merge);
}

function siftDown({ cursors, ends, ranks, size }: Merge): void {
  const cursor = cursors[0]!;
  const end = ends[0]!;
  const rank = ranks[cursor]!;
  let hole = 0;
  for (let child = 1; child < size; child = 2 * hole + 1) {
    if (child + 1 < size && ranks[cursors[child + 1]!]! < ranks[cursors[child]!]!) child++;
    if (ranks[cursors[child]!]! >= rank) break;
    cursors[hole] = cursors[child]!;
    ends[hole] = ends[child]!;
    hole = child;
  }
  cursors[hole] = cursor;
  ends[hole] = end;
}

function firstAtLeast(ranks: Uint32Array, start: number, end: number, rank: number): number {
  let low = start;
  let high = end;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ranks[middle]! < rank) low = middle + 1;
    else high = middle;
  }
  return low;
}

function enlarge(merge: Merge): void {
  const { cursors, ends } = merge;
  merge.cursors = new Uint32Array(cursors.length * 2);
  merge.ends = new Uint32Array(ends.length * 2);
  merge.cursors.set(cursors);
  merge.ends.set(ends);
}
