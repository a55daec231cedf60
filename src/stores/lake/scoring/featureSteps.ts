import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** One statement of `warehouse/sql/features`, and the table that it fills. */
export interface FeatureStep {
  readonly table: FeatureTable;
  /** The file's name without its end. */
  readonly statement: string;
  /** Whether it has `$1`, the date as of which. */
  readonly isDated: boolean;
}

/** The columns of each table, by names and types that DuckDB, Postgres and Redshift share. */
export const featureTables = {
  visitor_activity:
    "visitor_key varchar, occurred_at timestamp, kind varchar, category varchar, item_id varchar, price_micros bigint, insee_code varchar",
  visitor_counts:
    "visitor_key varchar, category varchar, kind varchar, d1 double precision, d7 double precision, d30 double precision, d90 double precision, events bigint, last_days double precision, first_days double precision",
  visitor_places:
    "visitor_key varchar, commune varchar, departement varchar, share double precision",
  category_pairs: "category varchar, other varchar, visitors bigint",
  category_prices: "category varchar, views bigint, log_sum double precision",
  category_affinities: "category varchar, other varchar, lift double precision",
  visitor_features: "visitor_key varchar, name varchar, value real",
  feature_buckets: "visitor_key varchar, bucket varchar, value real",
  outcomes:
    "visitor_key varchar, category varchar, listing_views bigint, contacts bigint, deposits bigint",
  labels: "segment_id bigint, visitor_key varchar",
  in_market_segments: "segment_id bigint, category varchar, listing_views bigint",
  behaviour_segments: "segment_id bigint, behaviour varchar",
  segment_seeds: "segment_id bigint, visitor_key varchar, converted_at timestamp",
  visitor_seeds: "segment_id bigint, visitor_key varchar, converted_at timestamp",
} as const;

export type FeatureTable = keyof typeof featureTables;

const step = (table: FeatureTable, statement: string, isDated = true): FeatureStep => ({
  table,
  statement,
  isDated,
});

/** What is known of all visitors together; each may be filled from several slices of them. */
export const commonSteps: readonly FeatureStep[] = [
  step("visitor_counts", "visitor_counts"),
  step("category_pairs", "category_pairs", false),
  step("category_prices", "category_prices"),
];

export const affinityStep = step("category_affinities", "category_affinities", false);

/** Features of a slice of visitors, in their order. */
export const featureSteps: readonly FeatureStep[] = [
  step("visitor_counts", "visitor_counts"),
  step("visitor_places", "visitor_places"),
  step("visitor_features", "category_features", false),
  step("visitor_features", "kind_features", false),
  step("visitor_features", "visit_features", false),
  step("visitor_features", "place_features", false),
  step("visitor_features", "season_features"),
  step("visitor_features", "price_features"),
  step("visitor_features", "affinity_features", false),
  step("feature_buckets", "buckets", false),
];

/** What the visitors turned out to be; after their features. */
export const labelSteps: readonly FeatureStep[] = [
  step("outcomes", "outcomes"),
  step("labels", "labels_in_market", false),
  step("labels", "labels_behaviour"),
  step("labels", "labels_look_alike"),
];

const folder = fileURLToPath(new URL("../../../../warehouse/sql/features/", import.meta.url));

/** The text of a statement: a SELECT. */
export function featureSql(statement: string): string {
  return readFileSync(`${folder}${statement}.sql`, "utf8");
}
