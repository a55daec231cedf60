/** How many batches may be on their way at once: more while a table takes them, half as many when it does not. */
export interface WritePace {
  readonly atOnce: () => number;
  readonly taken: () => void;
  readonly refused: () => void;
}

/**
 * Additive increase, multiplicative decrease, as TCP does it: the table's capacity is not known, may change while we write, and
 * is shared with what serves. Pure but for what it remembers.
 */
export function createWritePace({
  first,
  most,
}: {
  readonly first: number;
  readonly most: number;
}): WritePace {
  let atOnce = first;
  let takenInARow = 0;
  return {
    atOnce: () => Math.max(1, Math.floor(atOnce)),
    taken() {
      takenInARow += 1;
      if (takenInARow < atOnce) return;
      takenInARow = 0;
      atOnce = Math.min(most, atOnce + 1);
    },
    refused() {
      takenInARow = 0;
      atOnce = Math.max(1, atOnce / 2);
    },
  };
}
