/** The trades of the segments beside which one is compiled. */
export interface KnownTrades {
  /** The number of a trade; undefined = unknown. */
  readonly groupOf: (trade: string) => number | undefined;
  /** Above all of those numbers. */
  readonly firstFree: number;
}

export const noTrades: KnownTrades = { groupOf: () => undefined, firstFree: 0 };

/** By trade: a number that means the same trade in all segments of a snapshot; −1 for the empty trade. */
export function tradeGroupsOf(
  trades: readonly string[],
  { groupOf, firstFree }: KnownTrades,
): Int32Array {
  return Int32Array.from(trades, (trade, tradeId) =>
    trade === "" ? -1 : (groupOf(trade) ?? firstFree + tradeId),
  );
}

interface WithTrades {
  readonly trades: readonly string[];
  readonly tradeNumbers: ReadonlyMap<string, number>;
  readonly tradeGroups: Int32Array;
}

/** The trades of segments that were compiled one beside the other. */
export function knownTrades(segments: readonly WithTrades[]): KnownTrades {
  return {
    groupOf(trade) {
      for (const { tradeNumbers, tradeGroups } of segments) {
        const tradeId = tradeNumbers.get(trade);
        if (tradeId !== undefined) return tradeGroups[tradeId];
      }
      return undefined;
    },
    firstFree: segments.reduce((sum, { trades }) => sum + trades.length, 0),
  };
}
