/** An H3 index in its canonical lower-case hexadecimal form, e.g. "881861b2e1fffff". */
export type CellId = string;

export interface LatLon {
  readonly lat: number;
  readonly lon: number;
}

/** One ring is a closed list of [lon, lat] (GeoJSON order); the first ring is the outer one, the others are holes. */
export type PolygonRings = readonly (readonly (readonly [number, number])[])[];

/** A piece of a zone, as people write it. Limits: radius 1,000 to 200,000 m, 10,000 vertices for all polygons of a zone. */
export type ZoneArea =
  | {
      readonly type: "circle";
      readonly lat: number;
      readonly lon: number;
      readonly radiusMeters: number;
    }
  | { readonly type: "commune"; readonly inseeCode: string }
  | { readonly type: "postalCode"; readonly postalCode: string }
  | { readonly type: "departement"; readonly code: string }
  | { readonly type: "region"; readonly code: string }
  | { readonly type: "polygon"; readonly geometry: GeoJsonPolygon | GeoJsonMultiPolygon }
  | { readonly type: "france" };

export interface GeoJsonPolygon {
  readonly type: "Polygon";
  readonly coordinates: PolygonRings;
}

export interface GeoJsonMultiPolygon {
  readonly type: "MultiPolygon";
  readonly coordinates: readonly PolygonRings[];
}

/** Where a campaign wants to be seen: the union of `include` minus the union of `exclude`. */
export interface Zone {
  readonly include: readonly ZoneArea[];
  readonly exclude: readonly ZoneArea[];
}

/** The H3 resolutions that index zones: a zone is posted at the finest one where it touches at most 64 cells. */
export type BucketLevel = 5 | 3 | 1;

/** A circle of the exact test. The index turns it into a unit vector and the squared chord of its radius. */
export interface CompiledCircle {
  readonly lat: number;
  readonly lon: number;
  readonly radiusMeters: number;
}

/**
 * A named area as one integer: its kind in the top 3 bits (1 commune, 2 postal code, 3 département, 4 region, 5 France)
 * and its official code in base 36 below, so that it means the same in every edition of the place table
 * (see areaKeys.ts). A visitor's place sample carries the keys of every area it lies in,
 * so membership is an integer comparison.
 */
export type AreaKey = number;

/** The exact form of one side (include or exclude) of a zone. A point is inside when it is in any of the lists. */
export interface ExactShape {
  readonly circles: readonly CompiledCircle[];
  readonly polygons: readonly PolygonRings[];
  readonly areaKeys: readonly AreaKey[];
}

/** A zone as it is stored and served: plain data (JSON-safe), computed once when the campaign is written. */
export interface CompiledZone {
  readonly bucketLevel: BucketLevel;
  /** Cells at `bucketLevel` that cover `include` without missing any of it (overlap cover). */
  readonly bucketCells: readonly CellId[];
  readonly include: ExactShape;
  readonly exclude: ExactShape | null;
  /** True when an area's outline is approximated because no contour was imported for it. */
  readonly approximate: boolean;
  /** IANA zone of the place with most of the zone's population; dayparts are read in it. */
  readonly timeZone: string;
  /** What a shopkeeper reads: "Limoges et 10 km autour". */
  readonly label: string;
}

export type PlaceSource = "search" | "device" | "home" | "ip";

/**
 * One point that stands for a share of a place. A precise place has one sample (its cell's centre);
 * a commune, a département or a disc has several, weighted by population. Weights sum to 1.
 */
export interface PlaceSample {
  readonly lat: number;
  readonly lon: number;
  /** Unit vector of the point, for chord distances. */
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly weight: number;
  readonly areaKeys: readonly AreaKey[];
}

/** Where a visitor is, searches or lives, already as coarse as consent asks. Nothing finer exists behind it. */
export interface VisitorPlace {
  readonly source: PlaceSource;
  /** Resolution 10 at the finest (precise location consented), else 7 or coarser. */
  readonly cell: CellId;
  readonly accuracyMeters: number;
  /** The cell's centre, or a named place's own point, from which "exact distance" is measured. */
  readonly centre: LatLon;
  /** No sample is farther than this from `centre`: a circle can often be settled without looking at the samples. */
  readonly boundingMeters?: number;
  readonly samples: readonly PlaceSample[];
  /**
   * Keys (see `bucketKey`) of the buckets to look up: for each level, the buckets of the heaviest samples that
   * together hold more than half of the weight. A zone that covers half of the place touches one of them.
   */
  readonly bucketKeys: readonly number[];
  /** "Limoges", "87000", "Haute-Vienne"; null when the place has no name. */
  readonly label: string | null;
}
