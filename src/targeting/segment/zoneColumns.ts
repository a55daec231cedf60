import { franceKey } from "../../geo/areaKeys.ts";
import { chordSquaredOfMeters, toUnitVector } from "../../geo/sphere.ts";
import type { CompiledCircle, ExactShape, PolygonRings } from "../../geo/types.ts";
import type { PlaceIntention, ServableCampaign } from "../types.ts";
import { createGrowingFloat64, createGrowingUint32, type GrowingFloat64 } from "./growing.ts";
import { createRaggedBuilder, type Ragged } from "./ragged.ts";

/** Numbers per circle in `ShapeSide.circles`. */
export const circleNumbers = 5;

/** One side (include or exclude) of all zones, ready for the exact test. */
export interface ShapeSide {
  readonly circleStarts: Uint32Array;
  /** Five numbers a circle: centre x, y, z, squared chord of the radius on the unit sphere, radius in metres. */
  readonly circles: Float64Array;
  /** Ascending within a campaign. */
  readonly areaKeys: Ragged;
  /** Only campaigns with polygons are here: they are few, and heavy as they are. */
  readonly polygons: ReadonlyMap<number, readonly PolygonRings[]>;
}

export interface ZoneColumns {
  /** By position of the campaign. */
  readonly include: ShapeSide;
  /** Only campaigns that exclude something are here, by their row: see `excludeRowOf`. */
  readonly exclude: ShapeSide;
  /** Their positions, ascending. */
  readonly excluding: Uint32Array;
  /** Index into `placeIntentions`. */
  readonly intentions: Uint8Array;
}

export const placeIntentions = [
  "any",
  "searches_here",
  "is_here",
  "lives_here",
] as const satisfies readonly PlaceIntention[];

/** All of France without an exclusion: such a campaign matches even when the visitor's place is unknown. */
export function isNationwide({ zone }: ServableCampaign): boolean {
  return zone.exclude === null && zone.include.areaKeys.includes(franceKey);
}

export interface ZoneBuilder {
  /** Adds the zone of the next campaign; answers the number of the first circle that it includes. */
  add(campaign: ServableCampaign): number;
  finish(): ZoneColumns;
}

export function createZoneBuilder(): ZoneBuilder {
  const include = createSideBuilder();
  const exclude = createSideBuilder();
  const excluding = createGrowingUint32();
  const intentions = createGrowingUint32();
  return {
    add({ zone, placeIntention }) {
      if (zone.exclude !== null) {
        excluding.push(intentions.length());
        exclude.add(zone.exclude);
      }
      intentions.push(placeIntentions.indexOf(placeIntention));
      return include.add(zone.include);
    },
    finish: () => ({
      include: include.finish(),
      exclude: exclude.finish(),
      excluding: excluding.finish(),
      intentions: Uint8Array.from(intentions.finish()),
    }),
  };
}

/** The row of a campaign that excludes something, by halving; of others nothing is said. */
export function excludeRowOf({ excluding }: ZoneColumns, position: number): number {
  let low = 0;
  let high = excluding.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (excluding[middle]! < position) low = middle + 1;
    else high = middle;
  }
  return low;
}

function createSideBuilder() {
  const circleStarts = createGrowingUint32();
  const circles = createGrowingFloat64();
  const areaKeys = createRaggedBuilder();
  const polygons = new Map<number, readonly PolygonRings[]>();
  let circleCount = 0;
  circleStarts.push(0);
  return {
    add(shape: ExactShape): number {
      const first = circleCount;
      if (shape.polygons.length > 0) polygons.set(circleStarts.length() - 1, shape.polygons);
      for (const circle of shape.circles) pushCircle(circles, circle);
      circleCount += shape.circles.length;
      circleStarts.push(circleCount);
      for (const key of ascending(shape.areaKeys)) areaKeys.push(key);
      areaKeys.close();
      return first;
    },
    finish: (): ShapeSide => ({
      circleStarts: circleStarts.finish(),
      circles: circles.finish(),
      areaKeys: areaKeys.finish(),
      polygons,
    }),
  };
}

function pushCircle(numbers: GrowingFloat64, { lat, lon, radiusMeters }: CompiledCircle): void {
  const { x, y, z } = toUnitVector(lat, lon);
  numbers.push(x);
  numbers.push(y);
  numbers.push(z);
  numbers.push(chordSquaredOfMeters(radiusMeters));
  numbers.push(radiusMeters);
}

function ascending(values: readonly number[]): readonly number[] {
  return values.length < 2 ? values : values.toSorted((a, b) => a - b);
}
