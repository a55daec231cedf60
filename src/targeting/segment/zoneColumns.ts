import { franceKey } from "../../geo/areaKeys.ts";
import { chordSquaredOfMeters, toUnitVector } from "../../geo/sphere.ts";
import type { CompiledZone, ExactShape, PolygonRings } from "../../geo/types.ts";
import type { PlaceIntention, ServableCampaign } from "../types.ts";
import { ascending, type Ragged, raggedBytes, raggedFrom } from "./ragged.ts";

/** One side (include or exclude) of all zones, ready for the exact test. */
export interface ShapeSide {
  readonly circleStarts: Uint32Array;
  readonly circleX: Float64Array;
  readonly circleY: Float64Array;
  readonly circleZ: Float64Array;
  /** Squared chord of the radius on the unit sphere: nearer than this is inside. */
  readonly circleLimits: Float64Array;
  readonly circleRadiiMeters: Float64Array;
  /** Ascending within a campaign. */
  readonly areaKeys: Ragged;
  /** Only campaigns with polygons are here: they are few, and heavy as they are. */
  readonly polygons: ReadonlyMap<number, readonly PolygonRings[]>;
}

export interface ZoneColumns {
  readonly include: ShapeSide;
  readonly exclude: ShapeSide;
  /** 1 = all of France without an exclusion: matches even when the visitor's place is unknown. */
  readonly nationwide: Uint8Array;
  /** 1 = one circle and nothing else, so that one distance often settles a coarse place. */
  readonly oneCircle: Uint8Array;
  /** Index into `placeIntentions`. */
  readonly intentions: Uint8Array;
}

export const placeIntentions = [
  "any",
  "searches_here",
  "is_here",
  "lives_here",
] as const satisfies readonly PlaceIntention[];

const nothing: ExactShape = { circles: [], polygons: [], areaKeys: [] };

export function isNationwide({ zone }: ServableCampaign): boolean {
  return zone.exclude === null && zone.include.areaKeys.includes(franceKey);
}

export function compileZoneColumns(campaigns: readonly ServableCampaign[]): ZoneColumns {
  return {
    include: compileSide(campaigns.map(({ zone }) => zone.include)),
    exclude: compileSide(campaigns.map(({ zone }) => zone.exclude ?? nothing)),
    nationwide: Uint8Array.from(campaigns, (campaign) => (isNationwide(campaign) ? 1 : 0)),
    oneCircle: Uint8Array.from(campaigns, ({ zone }) => (isOneCircle(zone) ? 1 : 0)),
    intentions: Uint8Array.from(campaigns, ({ placeIntention }) =>
      placeIntentions.indexOf(placeIntention),
    ),
  };
}

function isOneCircle({ include, exclude }: CompiledZone): boolean {
  return (
    exclude === null &&
    include.circles.length === 1 &&
    include.polygons.length === 0 &&
    include.areaKeys.length === 0
  );
}

function compileSide(shapes: readonly ExactShape[]): ShapeSide {
  const circles = shapes.flatMap((shape) => shape.circles);
  const centres = circles.map(({ lat, lon }) => toUnitVector(lat, lon));
  const circleStarts = new Uint32Array(shapes.length + 1);
  const polygons = new Map<number, readonly PolygonRings[]>();
  shapes.forEach((shape, position) => {
    circleStarts[position + 1] = circleStarts[position]! + shape.circles.length;
    if (shape.polygons.length > 0) polygons.set(position, shape.polygons);
  });
  return {
    circleStarts,
    circleX: Float64Array.from(centres, (centre) => centre.x),
    circleY: Float64Array.from(centres, (centre) => centre.y),
    circleZ: Float64Array.from(centres, (centre) => centre.z),
    circleLimits: Float64Array.from(circles, (circle) => chordSquaredOfMeters(circle.radiusMeters)),
    circleRadiiMeters: Float64Array.from(circles, (circle) => circle.radiusMeters),
    areaKeys: raggedFrom(shapes, (shape) => ascending(shape.areaKeys)),
    polygons,
  };
}

export function sideBytes(side: ShapeSide): number {
  return side.circleStarts.byteLength + 5 * side.circleX.byteLength + raggedBytes(side.areaKeys);
}
