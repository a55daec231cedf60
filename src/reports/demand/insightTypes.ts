import type { DemandForecast, DemandSeries } from "./demandTypes.ts";

/** Of the people whose first month was `cohort`, how many came again `months` later. People are rounded down to tens. */
export interface RetentionRow {
  /** The first day of the month, "2026-01-01". */
  readonly cohort: string;
  readonly months: number;
  readonly cohortPeople: number;
  readonly people: number;
}

/** How much more than by chance people look at two categories: `lift` 1 = as by chance. */
export interface AffinityRow {
  readonly category: string;
  readonly other: string;
  readonly categoryPeople: number;
  readonly people: number;
  readonly lift: number;
}

export interface InsightTables {
  /** "*" = of all categories together. */
  readonly retention: ReadonlyMap<string, readonly RetentionRow[]>;
  readonly affinities: ReadonlyMap<string, readonly AffinityRow[]>;
}

/** Null = every one. */
export interface SeriesFilter {
  readonly category: string | null;
  readonly departement: string | null;
}

/** What was worked out beforehand. Reads reject with PublicError `unavailable` while the store is away. */
export interface InsightReads {
  readonly readSeries: (filter: SeriesFilter) => Promise<readonly DemandSeries[]>;
  /** Null = not worked out yet, or never heard of. `madeFor` is the Monday of its first week. */
  readonly readForecast: (
    category: string,
    departement: string,
  ) => Promise<(DemandForecast & { readonly madeFor: string }) | null>;
  readonly readRetention: (category: string) => Promise<TableOf<RetentionRow> | null>;
  readonly readAffinities: (category: string) => Promise<TableOf<AffinityRow> | null>;
  /** Which categories and départements there are, in their order. */
  readonly readScope: () => Promise<InsightScope>;
}

export interface TableOf<Row> {
  readonly computedAt: string;
  readonly rows: readonly Row[];
}

export interface InsightScope {
  readonly categories: readonly string[];
  readonly departements: readonly string[];
  /** Monday of the first and of the last week that is kept; null = nothing is. */
  readonly firstWeek: string | null;
  readonly lastWeek: string | null;
}

/** Who works it out writes it here. Each write is one transaction. */
export interface InsightWrites {
  readonly putSeries: (series: readonly DemandSeries[]) => Promise<void>;
  readonly replaceForecasts: (
    madeFor: string,
    forecasts: readonly DemandForecast[],
  ) => Promise<void>;
  readonly putTables: (tables: InsightTables, computedAtMs: number) => Promise<void>;
  /** The Monday for which forecasts were last made; null = never. */
  readonly forecastsMadeFor: () => Promise<string | null>;
}
