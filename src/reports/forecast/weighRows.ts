import type { TrafficCurve } from "../../budgets/pacing/trafficCurve.ts";
import { hourGroupOf, hourGroups } from "./forecastSample.ts";

/** Rows of one traffic cell to be weighed. */
export interface UnweighedRows {
  /** Traffic cell (see `trafficCellOf`), 0 = no known place. */
  readonly cells: ArrayLike<number>;
  readonly hourGroups: ArrayLike<number>;
  /** Inverse of the chance to be sampled. */
  readonly inverseRates: ArrayLike<number>;
  readonly count: number;
}

/** What the whole traffic of a cell is forecast to be; `opportunitiesPerDay` 0 = it was not counted. */
export type CellForecast = (cell: number) => {
  readonly curve: TrafficCurve;
  readonly opportunitiesPerDay: number;
};

/** A group of hours with fewer rows says nothing by itself. */
const leastRows = 8;

/**
 * Opportunities of an average week that each row stands for: its inverse sampling rate, corrected so that the rows of each
 * traffic cell and group of hours together make what all counted traffic of weeks forecasts there (post-stratification).
 * Groups with few rows share one correction. A cell that was never counted keeps the rates, spread over the window.
 */
export function weighRows(
  rows: UnweighedRows,
  { windowDays, forecastOf }: { readonly windowDays: number; readonly forecastOf: CellForecast },
  isWeekendApart = true,
): Float32Array {
  const weights = new Float32Array(rows.count);
  const tallies = new Map<number, Tally>();
  for (let row = 0; row < rows.count; row++) {
    const tally = tallyOf(tallies, rows.cells[row]!);
    const group = rows.hourGroups[row]!;
    tally.sums[group]! += rows.inverseRates[row]!;
    tally.counts[group]! += 1;
  }
  const factors = new Map<number, Float64Array>();
  for (const [cell, tally] of tallies)
    factors.set(cell, factorsOf(tally, windowDays, forecastOf(cell), isWeekendApart));
  for (let row = 0; row < rows.count; row++)
    weights[row] = rows.inverseRates[row]! * factors.get(rows.cells[row]!)![rows.hourGroups[row]!]!;
  return weights;
}

interface Tally {
  readonly sums: Float64Array;
  readonly counts: Uint32Array;
}

function tallyOf(tallies: Map<number, Tally>, cell: number): Tally {
  const known = tallies.get(cell);
  if (known !== undefined) return known;
  const fresh = { sums: new Float64Array(hourGroups), counts: new Uint32Array(hourGroups) };
  tallies.set(cell, fresh);
  return fresh;
}

function factorsOf(
  { sums, counts }: Tally,
  windowDays: number,
  { curve, opportunitiesPerDay }: ReturnType<CellForecast>,
  isWeekendApart: boolean,
): Float64Array {
  const factors = new Float64Array(hourGroups).fill(7 / windowDays);
  if (!(opportunitiesPerDay > 0)) return factors;
  const wanted = new Float64Array(hourGroups);
  for (let hour = 0; hour < 168; hour++)
    wanted[hourGroupOf(hour, isWeekendApart)]! += opportunitiesPerDay * curve[hour]!;
  let pooledWanted = 0;
  let pooledSum = 0;
  let knownWanted = 0;
  for (let group = 0; group < hourGroups; group++) {
    if (counts[group]! >= leastRows) {
      factors[group] = wanted[group]! / sums[group]!;
      knownWanted += wanted[group]!;
    } else {
      pooledWanted += wanted[group]!;
      pooledSum += sums[group]!;
    }
  }
  const isPoolEmpty = pooledSum === 0;
  const spread = isPoolEmpty && knownWanted > 0 ? 1 + pooledWanted / knownWanted : 1;
  for (let group = 0; group < hourGroups; group++)
    if (counts[group]! >= leastRows) factors[group]! *= spread;
    else factors[group] = isPoolEmpty ? 0 : pooledWanted / pooledSum;
  return factors;
}
