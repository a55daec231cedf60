/** One list of integers per campaign in a single array: campaign i's list is values[starts[i] … starts[i + 1] − 1]. */
export interface Ragged {
  readonly starts: Uint32Array;
  readonly values: Uint32Array;
}

/** Collects the lists of the campaigns, in the order of the campaigns, into one array. */
export function raggedFrom<T>(
  items: readonly T[],
  listOf: (item: T, position: number) => readonly number[],
): Ragged {
  const starts = new Uint32Array(items.length + 1);
  const values: number[] = [];
  items.forEach((item, position) => {
    for (const value of listOf(item, position)) values.push(value);
    starts[position + 1] = values.length;
  });
  return { starts, values: Uint32Array.from(values) };
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

export function ascending(values: readonly number[]): number[] {
  return [...values].sort((a, b) => a - b);
}
