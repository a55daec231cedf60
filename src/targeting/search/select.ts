import type { Placement } from "../types.ts";
import { clearPage, createPage, isOn, isOnAnother, putOn } from "./page.ts";
import type { Pool } from "./pool.ts";

/** Further candidates kept for an exchange's slot beyond one for each of its winners, for those that cannot bid what it asks. */
export const extraReserve = 3;

/** Entries of the pool; emptied without giving back its memory. */
export interface EntryList {
  size: number;
  entries: Uint32Array<ArrayBuffer>;
}

/** Entries of the pool by placement, best first. */
export interface Selection {
  readonly winners: EntryList[];
  /**
   * Who steps in where a winner of this placement cannot bid; no two alike, none like a winner elsewhere on the page. The
   * best of the pool: the search does not go on for better ones once there are enough. Nobody for a page's placements.
   */
  readonly reserves: EntryList[];
  /** House ads that would fill the placement if nothing paid could. */
  readonly lastResort: EntryList[];
}

const page = createPage();
/** A page that only the reserves of one placement stand on. */
const apart = createPage();

export function createSelection(): Selection {
  return { winners: [], reserves: [], lastResort: [] };
}

/** Reserves that a placement needs: a page decides again when a budget refuses, and so needs none. */
export function reservesWanted(keepsReserves: boolean, winners: number): number {
  return keepsReserves ? winners + extraReserve : 0;
}

/**
 * Fills the placements in the order of the request, each slot with the best eligible entry whose campaign, advertiser
 * and trade are not on the page yet; then finds the reserves. Returns the lowest rank key of a winner: unseen campaigns
 * below it cannot win. −Infinity while some placement of `fillable` (bits) lacks winners or reserves.
 */
export function select(
  pool: Pool,
  placements: readonly Placement[],
  fillable: number,
  keepsReserves: boolean,
  selection: Selection,
): number {
  clearPage(page);
  reset(selection.winners, placements.length);
  reset(selection.reserves, placements.length);
  let lowest = Infinity;
  for (let index = 0; index < placements.length; index++) {
    if ((fillable & (1 << index)) === 0) continue;
    fillWinners(pool, index, placements[index]!.count, selection.winners[index]!);
  }
  for (let index = 0; index < placements.length; index++) {
    if ((fillable & (1 << index)) === 0) continue;
    const { count } = placements[index]!;
    const reserves = selection.reserves[index]!;
    const winners = selection.winners[index]!;
    const wanted = reservesWanted(keepsReserves, count);
    if (wanted > 0) fillReserves(pool, index, wanted, winners, reserves);
    if (winners.size < count || reserves.size < wanted) lowest = -Infinity;
    else lowest = Math.min(lowest, pool.rankKeys[winners.entries[winners.size - 1]!]!);
  }
  return lowest;
}

/** No house ad for any placement. */
export function clearLastResort(placements: readonly Placement[], selection: Selection): void {
  reset(selection.lastResort, placements.length);
}

/** Fills the placements in the same way with nothing but house ads. */
export function selectLastResort(
  pool: Pool,
  placements: readonly Placement[],
  houseKey: number,
  selection: Selection,
): void {
  clearPage(page);
  reset(selection.lastResort, placements.length);
  let firstHouse = pool.size;
  while (firstHouse > 0 && pool.rankKeys[pool.order[firstHouse - 1]!]! <= houseKey) firstHouse--;
  if (firstHouse === pool.size) return;
  placements.forEach(({ count }, index) => {
    fillWinners(pool, index, count, selection.lastResort[index]!, firstHouse);
  });
}

function fillWinners(
  pool: Pool,
  index: number,
  wanted: number,
  winners: EntryList,
  from = 0,
): void {
  for (let at = from; at < pool.size && winners.size < wanted; at++) {
    const entry = pool.order[at]!;
    if ((pool.placements[entry]! & (1 << index)) === 0 || isOn(page, pool, entry)) continue;
    putOn(page, pool, entry, index);
    append(winners, entry);
  }
}

function fillReserves(
  pool: Pool,
  index: number,
  wanted: number,
  winners: EntryList,
  reserves: EntryList,
): void {
  clearPage(apart);
  for (let at = 0; at < pool.size && reserves.size < wanted; at++) {
    const entry = pool.order[at]!;
    if ((pool.placements[entry]! & (1 << index)) === 0 || isOn(apart, pool, entry)) continue;
    if (isOnAnother(page, pool, entry, index) || holdsEntry(winners, entry)) continue;
    putOn(apart, pool, entry, index);
    append(reserves, entry);
  }
}

function reset(lists: EntryList[], length: number): void {
  while (lists.length < length) lists.push({ size: 0, entries: new Uint32Array(16) });
  for (let index = 0; index < length; index++) lists[index]!.size = 0;
}

function append(list: EntryList, entry: number): void {
  if (list.size === list.entries.length) {
    const { entries } = list;
    list.entries = new Uint32Array(entries.length * 2);
    list.entries.set(entries);
  }
  list.entries[list.size++] = entry;
}

export function holdsEntry({ size, entries }: EntryList, entry: number): boolean {
  for (let at = 0; at < size; at++) if (entries[at] === entry) return true;
  return false;
}
