import { cellToChildren } from "h3-js";
import { encodeAreaKey } from "./areaKeys.ts";
import { areaKeysOfPoint } from "./areas.ts";
import type { Commune } from "./commune.ts";
import { pointsOfCommune } from "./communeCell.ts";
import { byPopulation, communesWithin } from "./communesWithin.ts";
import { type Contours, contourOf, hasContour } from "./contours.ts";
import { cellCentre } from "./cover.ts";
import type { Places } from "./places.ts";
import { destination, distanceMeters, toUnitVector } from "./sphere.ts";
import type { AreaKey, CellId, LatLon, PlaceSample } from "./types.ts";

/** Samples stand for a place: points with a share of its people each. */

/** At most this many samples stand for a place. */
export const maxSamples = 49;
/** What stands for a commune that is a place of its own; an outline that is known is worth all 49. */
const samplesOfOne = 19;
/** In a place of many communes a larger share than this of the people does not stand on one point. */
const maxPointShare = 1 / 12;

/**
 * Samples, and for each one a point that every zone has in its cover that holds the sample by name: the commune's own.
 * A sample's own point may be beyond the ground that such a cover takes for the commune's.
 */
export interface SampledPlace {
  readonly samples: readonly PlaceSample[];
  readonly anchors: readonly LatLon[];
}

interface WeightedPoint extends LatLon {
  readonly weight: number;
  readonly areaKeys: readonly AreaKey[];
  /** The point itself when left out. */
  readonly anchor?: LatLon;
}

/** What a point in a place knows: the table, and contours where an operator imported them. */
export interface Geography {
  readonly places: Places;
  readonly contours: Contours | null;
}

/** Samples from points whose weights need not sum to 1 (all zero counts as equal). */
export function toSamples(points: readonly WeightedPoint[]): SampledPlace {
  const total = points.reduce((sum, it) => sum + it.weight, 0);
  const samples = points.map(({ lat, lon, weight, areaKeys }) => {
    const { x, y, z } = toUnitVector(lat, lon);
    return { lat, lon, x, y, z, weight: total > 0 ? weight / total : 1 / points.length, areaKeys };
  });
  return { samples, anchors: points.map((it) => it.anchor ?? it) };
}

/** Points that know the named areas they are in, equally weighted. */
function evenly(geo: Geography, points: readonly LatLon[]): SampledPlace {
  return toSamples(
    points.map(({ lat, lon }) => ({
      lat,
      lon,
      weight: 1,
      areaKeys: areaKeysOfPoint(geo.places, geo.contours, lat, lon),
    })),
  );
}

/** The seven children of a cell, equally weighted: a cell of resolution 7 without precise consent. */
export function cellToSamples(geo: Geography, cell: CellId, resolution: number): SampledPlace {
  return evenly(geo, cellToChildren(cell, resolution + 1).map(cellCentre));
}

/** Centre and rings of 6 and 12 at two fifths and four fifths of the radius: 19 points of equal area. */
function pointsInDisc(centre: LatLon, radiusMeters: number): readonly LatLon[] {
  const ring = (count: number, share: number) =>
    Array.from({ length: count }, (_, i) =>
      destination(centre, share * radiusMeters, (360 * (i + share)) / count),
    );
  return [{ lat: centre.lat, lon: centre.lon }, ...ring(6, 0.42), ...ring(12, 0.82)];
}

/** Above this radius people are where the communes are; below it they are everywhere alike. */
const uniformRadiusMeters = 5_000;

/** A disc: by population where it holds several communes, else evenly. */
export function discToSamples(geo: Geography, centre: LatLon, radiusMeters: number): SampledPlace {
  if (radiusMeters > uniformRadiusMeters) {
    const communes = communesWithin(geo.places, centre, radiusMeters);
    const isInside = (it: LatLon) => distanceMeters(it, centre) <= radiusMeters;
    if (communes.length >= 3) return sortedToSamples(geo, communes, (it) => it.areaKeys, isInside);
  }
  return evenly(geo, pointsInDisc(centre, radiusMeters));
}

/**
 * Several communes by population, at most 49 samples. One with more than a twelfth of the people is spread over its
 * ground. Of more communes than samples, the largest stand for themselves, and the later half of what is left also for
 * whatever smaller commune is nearest to them. `isInside` keeps spread points within the place.
 */
export function communesToSamples(
  geo: Geography,
  communes: readonly Commune[],
  keysOf: (it: Commune) => readonly AreaKey[],
  isInside: (point: LatLon) => boolean = () => true,
): SampledPlace {
  return sortedToSamples(geo, [...communes].sort(byPopulation), keysOf, isInside);
}

function sortedToSamples(
  geo: Geography,
  sorted: readonly Commune[],
  keysOf: (it: Commune) => readonly AreaKey[],
  isInside: (point: LatLon) => boolean,
): SampledPlace {
  const total = sorted.reduce((sum, it) => sum + it.population, 0);
  const pointCountOf = (it: Commune) =>
    Math.max(1, Math.ceil(it.population / Math.max(1, maxPointShare * total) - 1e-9));
  let extra = 0;
  for (const it of sorted) {
    const more = pointCountOf(it) - 1;
    // Smaller ones follow.
    if (more === 0) break;
    extra += more;
  }
  const chosen = sorted.slice(0, maxSamples - extra);
  const weights = weightsOf(chosen, sorted.slice(chosen.length));
  return toSamples(
    chosen.flatMap((commune, i) => {
      const points = spreadOver(geo, commune, pointCountOf(commune)).filter(
        (it, at) => at === 0 || isInside(it.point),
      );
      const weight = weights[i]! / points.length;
      const areaKeys = keysOf(commune);
      return points.map(({ point, anchor }) => ({ ...point, anchor, weight, areaKeys }));
    }),
  );
}

/** The people that each chosen commune speaks for: its own, and for the smaller half also the nearest of the others. */
function weightsOf(chosen: readonly Commune[], others: readonly Commune[]): readonly number[] {
  const weights = chosen.map((it) => it.population);
  const firstSpeaker = Math.floor(chosen.length / 2);
  const nearestTo = createNearest(chosen, firstSpeaker);
  // The widest discs have thousands: those of one square speak as one.
  const bySquare = others.length > 1_000 ? new Map<number, number>() : null;
  for (const small of others) {
    const square = Math.floor(small.lat * 5) * 10_000 + Math.floor(small.lon * 5);
    const nearest = bySquare?.get(square) ?? nearestTo(small);
    bySquare?.set(square, nearest);
    weights[nearest]! += small.population;
  }
  return weights;
}

/** Finds the nearest of the chosen from an index on. */
function createNearest(chosen: readonly Commune[], from: number): (point: LatLon) => number {
  const lats = Float64Array.from(chosen, (it) => it.lat);
  const lons = Float64Array.from(chosen, (it) => it.lon);
  const shrinks = lats.map((lat) => Math.cos((lat * Math.PI) / 180));
  return ({ lat, lon }) => {
    let nearest = from;
    let least = Number.POSITIVE_INFINITY;
    for (let i = from; i < lats.length; i++) {
      const east = (lons[i]! - lon) * shrinks[i]!;
      const north = lats[i]! - lat;
      const squared = east * east + north * north;
      if (squared >= least) continue;
      least = squared;
      nearest = i;
    }
    return nearest;
  };
}

/**
 * One commune: spread over its contour where known, else over the ground that its neighbours leave it. All samples are
 * inside the commune by declaration: they carry `areaKeys`.
 */
export function communeToSamples(
  geo: Geography,
  commune: Commune,
  areaKeys: readonly AreaKey[],
): SampledPlace {
  const hasOutline = geo.contours !== null && hasContour(geo.contours, commune.inseeCode);
  const points = spreadOver(geo, commune, hasOutline ? maxSamples : samplesOfOne);
  return toSamples(points.map(({ point, anchor }) => ({ ...point, anchor, weight: 1, areaKeys })));
}

/** Up to `count` points of a commune, with their anchors: its own point first where one stands for all of it. */
function spreadOver(
  { places, contours }: Geography,
  commune: Commune,
  count: number,
): readonly { readonly point: LatLon; readonly anchor: LatLon }[] {
  const outline = contours === null ? null : contourOf(contours, commune.inseeCode);
  if (outline !== null && outline.length > 0 && count > 1)
    return spread(outline, count).map((point) => ({ point, anchor: point }));
  return pointsOfCommune(places, commune, count).map((point) => ({ point, anchor: commune }));
}

/** Up to `count` centres spread evenly over cells of mixed size, by area. */
function spread(cells: readonly CellId[], count: number): readonly LatLon[] {
  const fine = cells.flatMap((cell) => cellToChildren(cell, 9)).sort();
  const step = Math.max(1, fine.length / count);
  const picked: LatLon[] = [];
  for (let at = step / 2; at < fine.length; at += step)
    picked.push(cellCentre(fine[Math.floor(at)] as CellId));
  return picked;
}

/** What a sample of a searched postal code is known to be inside of: not the commune's other postal codes. */
export function postalCodeKeys(commune: Commune, postalCode: string): readonly AreaKey[] {
  const others = new Set(
    commune.postalCodes
      .filter((it) => it !== postalCode)
      .map((it) => encodeAreaKey("postalCode", it)),
  );
  return commune.areaKeys.filter((key) => !others.has(key));
}
