/** Weekly demand of a category in a département, oldest week first. Null = fewer than 50 people: nobody is told. */
export interface DemandSeries {
  readonly category: string;
  /** "87"; "*" = all that are told. */
  readonly departement: string;
  /** Monday of the first week, "2024-01-01". */
  readonly firstWeek: string;
  /** Searches, listings looked at and contacts of each week. */
  readonly events: readonly (number | null)[];
}

/** A coming week, with the band in which it lies four times out of five. */
export interface DemandWeek {
  /** Its Monday. */
  readonly week: string;
  readonly expected: number;
  readonly low: number;
  readonly high: number;
}

/** How forecasts made at earlier origins met what then came, beside "as a year before". */
export interface DemandBacktest {
  readonly origins: number;
  /** Sum of errors over sum of demand: 0.1 = a tenth off in the mean. */
  readonly wape: number;
  readonly naiveWape: number;
  /** Mean error over that of "as a year before" within what was known: below 1 beats it; null where
   * that never erred. */
  readonly mase: number | null;
  /** Share of weeks that lay in their band, 0–1; 0.8 is meant. Of origins that the band was not fitted to. */
  readonly coverage: number;
}

/** Why a forecast is not shown. The last two: nothing is told of the place, nothing was worked out yet. */
export const demandRefusals = [
  "too_short",
  "too_small",
  "no_better_than_last_year",
  "band_not_kept",
  "unknown",
  "not_yet",
] as const;
export type DemandRefusal = (typeof demandRefusals)[number];

export interface DemandForecast {
  readonly category: string;
  readonly departement: string;
  readonly refusal: DemandRefusal | null;
  /** Empty where it is refused. */
  readonly weeks: readonly DemandWeek[];
  /** Null = too little is known to try. */
  readonly backtest: DemandBacktest | null;
}

/** Weeks that are told beforehand. */
export const demandHorizonWeeks = 8;
