/** What other bids would bring, no budget holding back: the price curve of a forecast. */
export interface CurvePoint {
  readonly bidMicros: number;
  readonly impressionsPerDay: number;
  readonly spendMicrosPerDay: number;
}

export interface ChosenBid {
  readonly bidMicros: number;
  /**
   * `enough`: the least bid that spends the budget, with a tenth to spare; `most`: none does, and this is the least that wins
   * nearly all that any wins; `edge`: the answer lies below or above this curve, so ask again with this bid.
   */
  readonly because: "enough" | "most" | "edge";
}

/** What is said where no bid wins anything, as where no visit is known: 4 € for a thousand views. */
export const usualBidMicros = 4_000_000;

/** Where a recommended bid stays: 0.50 € to 40 € for a thousand views. */
export const bidRoom = { least: 500_000, most: 40_000_000 } as const;

/** Whether no bid of a curve wins anything. */
export const isNothingWon = (curve: readonly CurvePoint[]): boolean =>
  curve.every(({ impressionsPerDay }) => impressionsPerDay === 0);

/** Traffic is never quite what was forecast. */
const spare = 1.1;
const nearlyAll = 0.95;

/**
 * The cheapest bid that spends a day's budget: who pays its own bid gets the most views for the money from the least bid
 * that wins enough. `curve` is in the order of bids and not empty; `least` and `most` bound the answer. Pure.
 */
export function chooseBid(
  curve: readonly CurvePoint[],
  budgetMicrosPerDay: number,
  bounds: { readonly least: number; readonly most: number },
): ChosenBid {
  const usable = curve.filter(
    ({ bidMicros }) => bidMicros >= bounds.least && bidMicros <= bounds.most,
  );
  const [first] = usable;
  const last = usable.at(-1);
  if (first === undefined || last === undefined) throw new RangeError("no bid is within bounds");
  const enough = usable.find((it) => it.spendMicrosPerDay >= spare * budgetMicrosPerDay);
  if (enough !== undefined) {
    const mayBeLess = enough === first && first === curve[0] && first.bidMicros > bounds.least;
    return { bidMicros: enough.bidMicros, because: mayBeLess ? "edge" : "enough" };
  }
  const most = Math.max(...usable.map((it) => it.impressionsPerDay));
  // Where nothing is won, others pay more: only a higher bid can tell.
  const nearly =
    most === 0 ? last : (usable.find((it) => it.impressionsPerDay >= nearlyAll * most) ?? last);
  const mayBeMore = nearly === last && last.bidMicros < bounds.most;
  return { bidMicros: nearly.bidMicros, because: mayBeMore ? "edge" : "most" };
}
