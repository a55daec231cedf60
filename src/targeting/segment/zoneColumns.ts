import { franceKey } from "../../geo/areaKeys.ts";
import { chordSquaredOfMeters, toUnitVector } from "../../geo/sphere.ts";
import type { ExactShape, PolygonRings } from "../../geo/types.ts";
import type { PlaceIntention, ServableCampaign } from "../types.ts";
import { ascending, type Ragged, raggedFrom } from "./ragged.ts";

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
  /** Only campaigns that exclude something are here, by their row. */
  readonly exclude: ShapeSide;
  readonly excludeRows: Uint32Array;
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

export function compileZoneColumns(campaigns: readonly ServableCampaign[]): ZoneColumns {
  const excluded: ExactShape[] = [];
  const excludeRows = Uint32Array.from(campaigns, ({ zone: { exclude } }) =>
    exclude === null ? 0 : excluded.push(exclude) - 1,
  );
  return {
    include: compileSide(campaigns.map(({ zone }) => zone.include)),
    exclude: compileSide(excluded),
    excludeRows,
    intentions: Uint8Array.from(campaigns, ({ placeIntention }) =>
      placeIntentions.indexOf(placeIntention),
    ),
  };
}

function compileSide(shapes: readonly ExactShape[]): ShapeSide {
  const circleStarts = new Uint32Array(shapes.length + 1);
  const polygons = new Map<number, readonly PolygonRings[]>();
  shapes.forEach((shape, position) => {
    circleStarts[position + 1] = circleStarts[position]! + shape.circles.length;
    if (shape.polygons.length > 0) polygons.set(position, shape.polygons);
  });
  return {
    circleStarts,
    circles: compileCircles(shapes, circleStarts[shapes.length]!),
    areaKeys: raggedFrom(shapes, (shape) => ascending(shape.areaKeys)),
    polygons,
  };
}

function compileCircles(shapes: readonly ExactShape[], count: number): Float64Array {
  const numbers = new Float64Array(circleNumbers * count);
  let at = 0;
  for (const { circles } of shapes) {
    for (const { lat, lon, radiusMeters } of circles) {
      const { x, y, z } = toUnitVector(lat, lon);
      numbers[at] = x;
      numbers[at + 1] = y;
      numbers[at + 2] = z;
      numbers[at + 3] = chordSquaredOfMeters(radiusMeters);
      numbers[at + 4] = radiusMeters;
      at += circleNumbers;
    }
  }
  return numbers;
}
