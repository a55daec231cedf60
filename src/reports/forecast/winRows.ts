import type { FrequencyCap } from "../../targeting/types.ts";
import { type ForecastSample, hourGroups, notForSale } from "./forecastSample.ts";
import type { MatchedRows } from "./matchRows.ts";

/** What a bid wins of the matched rows. */
export interface WonRows {
  /** 1 = won and not capped, by position in the matched rows. */
  readonly isWon: Uint8Array;
  /** Wins of an average week by group of hours. */
  readonly byGroup: Float64Array;
}

/**
 * Replays the auctions at a bid (micros per thousand views), visitor by visitor in time: won where the bid is above what is
 * to be beaten and no cap is reached. A cap of the advertiser counts this campaign only.
 */
export function winRows(
  { rows, visitors }: Pick<ForecastSample, "rows" | "visitors">,
  matched: MatchedRows,
  bidPerThousandMicros: number,
  caps: readonly FrequencyCap[],
): WonRows {
  const isWon = new Uint8Array(matched.rows.length);
  const byGroup = new Float64Array(hourGroups);
  const timed = caps.flatMap((cap) => (cap.window === "page_view" ? [] : [cap]));
  const shown: number[] = [];
  let visitor = -1;
  for (let at = 0; at < matched.rows.length; at++) {
    const row = matched.rows[at]!;
    const toBeat = matched.bidToBeat[at]!;
    if (toBeat === notForSale || bidPerThousandMicros < toBeat) continue;
    if (timed.length > 0) {
      if (rows.visitors[row] !== visitor) shown.length = 0;
      visitor = rows.visitors[row]!;
      if (visitor === visitors.count || isCapped(timed, shown, rows.minutes[row]!)) continue;
      shown.push(rows.minutes[row]!);
    }
    isWon[at] = 1;
    byGroup[rows.hourGroups[row]!]! += rows.weights[row]! * matched.rowFactor;
  }
  return { isWon, byGroup };
}

type TimedCap = Extract<FrequencyCap, { readonly windowSeconds: number }>;

/** `shown` ascending. */
function isCapped(caps: readonly TimedCap[], shown: readonly number[], minute: number): boolean {
  for (const { maxImpressions, windowSeconds } of caps) {
    const oldest = shown[shown.length - maxImpressions];
    if (oldest !== undefined && (minute - oldest) * 60 < windowSeconds) return true;
  }
  return false;
}

/** Opportunities of an average week by group of hours. */
export function opportunitiesByGroup(
  { rows }: Pick<ForecastSample, "rows">,
  matched: MatchedRows,
): Float64Array {
  const byGroup = new Float64Array(hourGroups);
  for (const row of matched.rows)
    byGroup[rows.hourGroups[row]!]! += rows.weights[row]! * matched.rowFactor;
  return byGroup;
}

/** Sums groups of an average week over a period's factors. */
export function sumGroups(byGroup: Float64Array, factors: Float64Array): number {
  let sum = 0;
  for (let group = 0; group < hourGroups; group++) sum += byGroup[group]! * factors[group]!;
  return sum;
}

/** Relative variance of the summed weights of rows, as far as they are a sample. */
export function samplingVariance(
  { rows }: Pick<ForecastSample, "rows">,
  matched: MatchedRows,
): number {
  let sum = 0;
  let squares = 0;
  for (const row of matched.rows) {
    const weight = rows.weights[row]!;
    sum += weight;
    squares += weight * weight;
  }
  return sum > 0 ? squares / (sum * sum) : 1;
}
