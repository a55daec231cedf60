import { hashText } from "../../targeting/hash.ts";
import type { PeriodCalendar } from "./calendar.ts";
import type { ForecastSample } from "./forecastSample.ts";
import type { MatchedRows } from "./matchRows.ts";
import { noiseOfSets } from "./setNoise.ts";
import { addToSet } from "./wholeNoises.ts";

/** However noisy a small group is, its pages are told as something between these of them. */
const [leastFactor, mostFactor] = [0.2, 2];

/**
 * Adds noise to pages, and with them to all that they bring: as many as the noise of the people who look at them would look
 * at, if they looked as often as people do on average. It is another noise than that of people, or the ratio of both would
 * be told without any. Whoever comes ten times as often as others is hidden less.
 */
export function hidePages(
  sample: ForecastSample,
  matched: MatchedRows,
  calendar: PeriodCalendar,
): MatchedRows {
  if (sample.basis === "prior") return matched;
  const { pages, sets } = pagesAndPeople(sample, matched);
  if (pages === 0) return matched;
  const counted = { sets, filters: matched.filters };
  const noise = noiseOfSets(sample, counted, "pages", [periodOf(calendar)]);
  const factor = 1 + (noise.value * sample.pagesPerPerson) / pages;
  const bounded = Math.min(mostFactor, Math.max(leastFactor, factor));
  return {
    ...matched,
    rowFactor: matched.rowFactor * bounded,
    pagesFactor: bounded,
    // By the pages that are told of, as the variance of people is by people.
    pagesVariance: noise.variance * (sample.pagesPerPerson / (pages * bounded)) ** 2,
  };
}

/** Pages of an average week, and who looked at them, by atom. */
function pagesAndPeople(
  { rows, visitors }: ForecastSample,
  { rows: found, rowFactor }: MatchedRows,
): { readonly pages: number; readonly sets: ReadonlyMap<number, number> } {
  const sets = new Map<number, number>();
  let pages = 0;
  let last = -1;
  for (const row of found) {
    pages += rows.weights[row]! * rowFactor;
    const visitor = rows.visitors[row]!;
    if (visitor === last || visitor === visitors.count) continue;
    last = visitor;
    const atom = visitors.mainAtoms[visitor]!;
    sets.set(atom, addToSet(sets.get(atom) ?? 0, visitors.hashes[visitor]!));
  }
  return { pages, sets };
}

/** Which hours of a week a period has how often, of all of its hours. */
function periodOf({ whole, days }: PeriodCalendar): number {
  return hashText(Array.from(whole, (factor) => (factor / days).toFixed(4)).join(" "));
}

/** Pages of an average week that somebody who may be recognised looks at; 0 without anybody. */
export function pagesPerPerson({
  rows,
  visitors,
}: Pick<ForecastSample, "rows" | "visitors">): number {
  let pages = 0;
  let people = 0;
  for (let row = 0; row < rows.count; row++) {
    const visitor = rows.visitors[row]!;
    if (visitor === visitors.count) break;
    pages += rows.weights[row]!;
    if (row === 0 || rows.visitors[row - 1] !== visitor) people += rows.peopleWeights[row]!;
  }
  return people > 0 ? pages / people : 0;
}
