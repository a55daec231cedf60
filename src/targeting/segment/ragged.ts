import { createGrowingUint32 } from "./growing.ts";

/** One list of integers per campaign in a single array: campaign i's list is values[starts[i] … starts[i + 1] − 1]. */
export interface Ragged {
  readonly starts: Uint32Array;
  readonly values: Uint32Array;
}

export interface RaggedBuilder {
  /** Adds a value to the list that is open. */
  push(value: number): void;
  /** Ends the list of a campaign; the next one is open. */
  close(): void;
  finish(): Ragged;
}

export function createRaggedBuilder(): RaggedBuilder {
  const starts = createGrowingUint32();
  const values = createGrowingUint32();
  starts.push(0);
  return {
    push: values.push,
    close: () => starts.push(values.length()),
    finish: () => ({ starts: starts.finish(), values: values.finish() }),
  };
}

export function listAt({ starts, values }: Ragged, position: number): number[] {
  return Array.from(values.subarray(starts[position], starts[position + 1]));
}

export function listLength(lists: Ragged, position: number): number {
  return lists.starts[position + 1]! - lists.starts[position]!;
}

/** True when campaign `position`'s list holds any of a few wanted values. Allocates nothing. */
export function listHoldsAny(lists: Ragged, position: number, wanted: readonly number[]): boolean {
  const end = lists.starts[position + 1]!;
  for (let at = lists.starts[position]!; at < end; at++) {
    const value = lists.values[at]!;
    for (let index = 0; index < wanted.length; index++) if (wanted[index] === value) return true;
  }
  return false;
}

/** The same for a list in ascending order, by halving: long lists of communes stay cheap. */
export function sortedListHolds(lists: Ragged, position: number, wanted: number): boolean {
  let low = lists.starts[position]!;
  let high = lists.starts[position + 1]!;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (lists.values[middle]! < wanted) low = middle + 1;
    else high = middle;
  }
  return low < lists.starts[position + 1]! && lists.values[low] === wanted;
}
