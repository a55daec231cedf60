/** A rate with bounds that hold in 95 of 100 cases. */
export interface RatedItem {
  readonly id: number;
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** What may be said of several rates. */
export type Comparison =
  | { readonly kind: "alone" }
  /** Nobody stands out: the intervals of the best and of another overlap. */
  | { readonly kind: "uncertain"; readonly bestId: number }
  | { readonly kind: "certain"; readonly bestId: number };

/**
 * Whether one of several is the best beyond doubt: its lower bound is above every other's upper bound. Stricter than a test
 * of the difference, so that what is called certain is. Pure.
 */
export function compareRates(items: readonly RatedItem[]): Comparison {
  const [best, ...others] = [...items].sort((a, b) => b.value - a.value);
  if (best === undefined || others.length === 0) return { kind: "alone" };
  const isAbove = others.every(({ high }) => best.low > high);
  return { kind: isAbove ? "certain" : "uncertain", bestId: best.id };
}
