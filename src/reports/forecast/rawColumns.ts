import type { CellId, PlaceSource } from "../../geo/types.ts";
import type { WholeWeek } from "./countedWeeks.ts";
import { type ForecastSample, sources } from "./forecastSample.ts";
import type { CellForecast } from "./weighRows.ts";

/** A place of requests, no finer than a resolution-7 cell. */
export interface SampledPlace {
  /** Under which it was counted; absent = it was not. */
  readonly id?: number;
  readonly source: PlaceSource;
  readonly cell: CellId;
  readonly centre: { readonly lat: number; readonly lon: number };
  readonly timeZone: string;
  readonly samples: readonly {
    readonly lat: number;
    readonly lon: number;
    readonly weight: number;
    readonly areaKeys: readonly number[];
  }[];
}

export interface SampleFacts
  extends Pick<
    ForecastSample,
    "basis" | "windowDays" | "rates" | "curve" | "competition" | "salt"
  > {
  readonly forecastOf: CellForecast;
  /** What was counted in full, by bucket; absent = nothing. */
  readonly counted?: ReadonlyMap<number, readonly WholeWeek[]>;
}

/** Rows as they come, before they are sorted and weighed. Plain arrays, each a column. */
export interface RawColumns {
  readonly places: SampledPlace[];
  readonly visitorHashes: number[];
  readonly visitorScores: (ReadonlyMap<number, number> | null)[];
  readonly categories: string[];
  readonly visitors: number[];
  readonly buckets: number[];
  readonly minutes: number[];
  readonly hoursOfWeek: number[];
  readonly rowPlaces: number[];
  readonly rowCategories: number[];
  readonly devices: number[];
  readonly personalised: number[];
  readonly inverseRates: number[];
  readonly pages: number[];
  readonly toBeat: number[];
}

/** Where a source stands in `sources`. */
export function sourceNumber(source: PlaceSource): number {
  return sources.indexOf(source);
}
