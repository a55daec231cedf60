import { cellToChildren, latLngToCell } from "h3-js";
import { encodeAreaKey } from "./areaKeys.ts";
import { areaKeysOfPoint } from "./areas.ts";
import { bucketKeyOfParts, bucketLevels, cellHigh, cellLow } from "./cells.ts";
import type { Commune } from "./commune.ts";
import { type Contours, contourOf } from "./contours.ts";
import { cellCentre } from "./cover.ts";
import type { Places } from "./places.ts";
import { forEachSiteWithin, nearestSite, siteOfPoint } from "./sites.ts";
import { destination, distanceMeters, toUnitVector } from "./sphere.ts";
import type { AreaKey, CellId, LatLon, PlaceSample } from "./types.ts";

/** Samples stand for a place: points with a share of its people each. */

/** At most this many samples stand for a place. */
export const maxSamples = 49;
/** Of a place of many communes, so many keep their own weight; the others speak for their neighbours as well. */
const ownWeightSamples = 24;

interface WeightedPoint extends LatLon {
  readonly weight: number;
  readonly areaKeys: readonly AreaKey[];
}

/** What a point in a place knows: the table, and contours where an operator imported them. */
export interface Geography {
  readonly places: Places;
  readonly contours: Contours | null;
}

/** Samples from points whose weights need not sum to 1 (all zero counts as equal). */
export function toSamples(points: readonly WeightedPoint[]): readonly PlaceSample[] {
  const total = points.reduce((sum, it) => sum + it.weight, 0);
  return points.map(({ lat, lon, weight, areaKeys }) => {
    const { x, y, z } = toUnitVector(lat, lon);
    return { lat, lon, x, y, z, weight: total > 0 ? weight / total : 1 / points.length, areaKeys };
  });
}

/** The seven children of a cell, equally weighted: a cell of resolution 7 without precise consent. */
export function cellToSamples(
  geo: Geography,
  cell: CellId,
  resolution: number,
): readonly PlaceSample[] {
  return toSamples(
    cellToChildren(cell, resolution + 1).map((child) => {
      const { lat, lon } = cellCentre(child);
      return { lat, lon, weight: 1, areaKeys: areaKeysOfPoint(geo.places, geo.contours, lat, lon) };
    }),
  );
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
export function discToSamples(
  geo: Geography,
  centre: LatLon,
  radiusMeters: number,
): readonly PlaceSample[] {
  if (radiusMeters > uniformRadiusMeters) {
    const communes: Commune[] = [];
    forEachSiteWithin(geo.places.sites, centre.lat, centre.lon, radiusMeters, (site) =>
      communes.push(...site.communes),
    );
    if (communes.length >= 3) return communesToSamples(communes, (it) => it.areaKeys);
  }
  return toSamples(
    pointsInDisc(centre, radiusMeters).map(({ lat, lon }) => ({
      lat,
      lon,
      weight: 1,
      areaKeys: areaKeysOfPoint(geo.places, geo.contours, lat, lon),
    })),
  );
}

/**
 * Several communes by population. Of more than 49, the 24 largest stand for themselves and the next 25 also for
 * whatever smaller commune is nearest to them.
 */
export function communesToSamples(
  communes: readonly Commune[],
  keysOf: (it: Commune) => readonly AreaKey[],
): readonly PlaceSample[] {
  const sorted = [...communes].sort(
    (a, b) => b.population - a.population || (a.inseeCode < b.inseeCode ? -1 : 1),
  );
  const chosen = sorted.slice(0, maxSamples);
  const weights = chosen.map((it) => it.population);
  const speakers = chosen.slice(ownWeightSamples);
  for (const small of sorted.slice(maxSamples)) {
    let nearest = 0;
    for (let i = 1; i < speakers.length; i++)
      if (roughDistance(speakers[i]!, small) < roughDistance(speakers[nearest]!, small))
        nearest = i;
    weights[ownWeightSamples + nearest]! += small.population;
  }
  return toSamples(
    chosen.map((it, i) => ({
      lat: it.lat,
      lon: it.lon,
      weight: weights[i]!,
      areaKeys: keysOf(it),
    })),
  );
}

function roughDistance(a: LatLon, b: LatLon): number {
  const east = (a.lon - b.lon) * Math.cos((a.lat * Math.PI) / 180);
  return east * east + (a.lat - b.lat) * (a.lat - b.lat);
}

/**
 * One commune: spread over its contour where known, else over a disc half as wide as its neighbours are far, clipped to
 * what is nearest to it. All samples are inside the commune by declaration: they carry `areaKeys`.
 */
export function communeToSamples(
  geo: Geography,
  commune: Commune,
  areaKeys: readonly AreaKey[],
): readonly PlaceSample[] {
  const outline = geo.contours === null ? null : contourOf(geo.contours, commune.inseeCode);
  if (outline !== null && outline.length > 0)
    return toSamples(spread(outline).map((it) => ({ ...it, weight: 1, areaKeys })));
  const { sites } = geo.places;
  const own = sites.siteByCommune.get(commune.inseeCode);
  const radius = communeRadiusMeters(geo.places, commune);
  const points = pointsInDisc(commune, radius).filter(
    (it) => siteOfPoint(sites, it.lat, it.lon) === own,
  );
  return toSamples(points.map((it) => ({ ...it, weight: 1, areaKeys })));
}

/** Up to 49 centres spread evenly over cells of mixed size, by area. */
function spread(cells: readonly CellId[]): readonly LatLon[] {
  const fine = cells.flatMap((cell) => cellToChildren(cell, 9)).sort();
  const step = Math.max(1, fine.length / maxSamples);
  const picked: LatLon[] = [];
  for (let at = step / 2; at < fine.length; at += step)
    picked.push(cellCentre(fine[Math.floor(at)] as CellId));
  return picked;
}

/** Half the mean distance to the nearest neighbours in four directions; 600 m to 10 km. */
export function communeRadiusMeters(places: Places, commune: Commune): number {
  const own = places.sites.siteByCommune.get(commune.inseeCode);
  let sum = 0;
  for (const bearing of [0, 90, 180, 270]) {
    const probe = destination(commune, 4_000, bearing);
    const site = nearestSite(places.sites, probe.lat, probe.lon, 30_000, (it) => it !== own);
    sum += site === null ? 20_000 : distanceMeters(commune, site);
  }
  return Math.min(10_000, Math.max(600, sum / 8));
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

/**
 * For each level the heaviest buckets that together hold more than half of the weight: a zone that covers half of the
 * place has samples in at least one of them.
 */
export function samplesToBucketKeys(samples: readonly PlaceSample[]): readonly number[] {
  const cells = samples.map((it) => latLngToCell(it.lat, it.lon, 10));
  const keys: number[] = [];
  for (const level of bucketLevels) {
    const weights = new Map<number, number>();
    for (const [i, cell] of cells.entries()) {
      const key = bucketKeyOfParts(cellHigh(cell), cellLow(cell), level);
      weights.set(key, (weights.get(key) ?? 0) + samples[i]!.weight);
    }
    let held = 0;
    for (const [key, weight] of [...weights].sort((a, b) => b[1] - a[1] || a[0] - b[0])) {
      keys.push(key);
      held += weight;
      // Sums of floats: what is left must be under a half beyond doubt.
      if (held > 0.5 + 1e-9) break;
    }
  }
  return keys;
}
