import type { ForecastSample } from "./forecastSample.ts";
import type { MatchedRows } from "./matchRows.ts";

/** Whether a number is among those that are kept when a share of them is, spread evenly: multiples of the golden ratio are. */
export const isEvenly = (number: number, share: number): boolean =>
  (number * 0.618_033_988_749_894_8) % 1 < share;

/** All rows stand for themselves. */
export const unthinned = { rowFactor: 1, peopleFactor: 1 };

/** What all rows in the zone and their visitors weigh, over what those kept do. */
export function factorsOf(
  { rows, visitors }: ForecastSample,
  inZone: Uint32Array,
  isKept: (row: number) => boolean,
): Pick<MatchedRows, "rowFactor" | "peopleFactor"> {
  const all = { rows: 0, people: 0 };
  const kept = { rows: 0, people: 0 };
  let last = -1;
  for (const row of inZone) {
    const visitor = rows.visitors[row]!;
    const isNew = visitor !== last && visitor !== visitors.count;
    last = visitor;
    const people = isNew ? rows.peopleWeights[row]! : 0;
    all.rows += rows.weights[row]!;
    all.people += people;
    if (!isKept(row)) continue;
    kept.rows += rows.weights[row]!;
    kept.people += people;
  }
  return {
    rowFactor: kept.rows > 0 ? all.rows / kept.rows : 1,
    peopleFactor: kept.people > 0 ? all.people / kept.people : 1,
  };
}
