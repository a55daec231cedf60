import { groupPattern, toLogs } from "./demandModel.ts";
import type { DemandSeries } from "./demandTypes.ts";
import type { Seasonality, YearBasis } from "./harmonics.ts";

/** The yearly pattern that a series shares with others, as known before the week of an index. */
export type SharedAt = (category: string, departement: string, origin: number) => Seasonality;

/**
 * What a category does in the country, plus what its département does unlike the country in all its categories; each fitted
 * once an origin, from nothing but weeks before it.
 */
export function sharedPatterns(series: readonly DemandSeries[], basis: YearBasis): SharedAt {
  const national = new Map(
    series
      .filter(({ departement }) => departement === "*")
      .map(({ category, events }) => [category, events]),
  );
  const local = Map.groupBy(series, ({ departement }) => departement);
  const ofCategory = remember((category: string, origin) =>
    groupPattern(toLogs((national.get(category) ?? []).slice(0, origin)), basis),
  );
  const ofPlace = remember((departement: string, origin) => {
    const members = local.get(departement) ?? [];
    const rest = members.map((one) => residualOf(one, ofCategory(one.category, origin), origin));
    return groupPattern(weightedMean(rest, origin), basis);
  });
  return (category, departement, origin) => {
    const country = ofCategory(category, origin);
    if (departement === "*") return country;
    const place = ofPlace(departement, origin);
    return country.map((value, at) => value + (place[at] ?? 0));
  };
}

interface Residual {
  readonly values: readonly (number | null)[];
  readonly weight: number;
}

/** A category here without what it does in the country, around 0. Small counts weigh what their chance leaves them. */
function residualOf({ events }: DemandSeries, country: Seasonality, origin: number): Residual {
  const logs = toLogs(events.slice(0, origin));
  const rest = logs.map((value, at) => (value === null ? null : value - (country[at] ?? 0)));
  const known = rest.filter((value) => value !== null);
  const mean = known.reduce((sum, value) => sum + value, 0) / Math.max(1, known.length);
  return {
    values: rest.map((value) => (value === null ? null : value - mean)),
    weight: known.length === 0 ? 0 : 1 / (Math.exp(-mean) + steadyVariance),
  };
}

/** Of a week's demand around its season, where counts are large. */
const steadyVariance = 0.01;

function weightedMean(rest: readonly Residual[], weeks: number): readonly (number | null)[] {
  return Array.from({ length: weeks }, (_, at) => {
    let [sum, weights] = [0, 0];
    for (const { values, weight } of rest) {
      const value = values[at];
      if (value == null) continue;
      sum += weight * value;
      weights += weight;
    }
    return weights === 0 ? null : sum / weights;
  });
}

function remember(
  fitted: (group: string, origin: number) => Seasonality,
): (group: string, origin: number) => Seasonality {
  const known = new Map<string, Seasonality>();
  return (group, origin) => {
    const key = `${group} ${origin}`;
    const pattern = known.get(key) ?? fitted(group, origin);
    known.set(key, pattern);
    return pattern;
  };
}
