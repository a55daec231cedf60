import { distanceMeters, earthRadiusMeters } from "./sphere.ts";
import type { GeoJsonMultiPolygon, GeoJsonPolygon, LatLon, PolygonRings } from "./types.ts";

/**
 * Rings are read as straight lines in latitude and longitude, as GeoJSON and H3 do. Longitudes count from the first
 * vertex of the first ring, so that a polygon over the antimeridian needs no care, whether or not its author cut it there.
 */

/** Degrees east of `origin`, in [-180, 180]. */
export function eastOf(lon: number, origin: number): number {
  const east = lon - origin;
  return east > 180 ? east - 360 : east < -180 ? east + 360 : east;
}

/** Whether a point is inside by the even-odd rule: inside the outer ring and in no hole. Nothing is allocated. */
export function pointInRings(lat: number, lon: number, rings: PolygonRings): boolean {
  const origin = rings[0]?.[0]?.[0];
  if (origin === undefined) return false;
  const x = eastOf(lon, origin);
  let inside = false;
  for (let r = 0; r < rings.length; r++) {
    const ring = rings[r]!;
    let last = ring[ring.length - 1]!;
    let lastIsNorth = last[1] > lat;
    for (let i = 0; i < ring.length; i++) {
      const vertex = ring[i]!;
      const thisIsNorth = vertex[1] > lat;
      if (thisIsNorth !== lastIsNorth) {
        const thisX = eastOf(vertex[0], origin);
        const lastX = eastOf(last[0], origin);
        const crossing = ((lastX - thisX) * (lat - vertex[1])) / (last[1] - vertex[1]) + thisX;
        if (x < crossing) inside = !inside;
      }
      last = vertex;
      lastIsNorth = thisIsNorth;
    }
  }
  return inside;
}

/** Area of one ring on the sphere, square metres, without sign. */
export function ringAreaM2(ring: PolygonRings[number]): number {
  const first = ring[0];
  if (first === undefined) return 0;
  const radians = Math.PI / 180;
  let sum = 0;
  for (let i = 0; i < ring.length; i++) {
    const [lonA, latA] = ring[i]!;
    const [lonB, latB] = ring[(i + 1) % ring.length]!;
    const east = eastOf(lonB, first[0]) - eastOf(lonA, first[0]);
    sum += east * radians * (2 + Math.sin(latA * radians) + Math.sin(latB * radians));
  }
  return Math.abs((sum * earthRadiusMeters * earthRadiusMeters) / 2);
}

/** Area of a polygon, holes taken off, square metres. */
export function polygonAreaM2(rings: PolygonRings): number {
  const [outer, ...holes] = rings.map(ringAreaM2);
  return Math.max(0, (outer ?? 0) - holes.reduce((sum, hole) => sum + hole, 0));
}

/** The polygons of a GeoJSON geometry. */
export function polygonsOf(
  geometry: GeoJsonPolygon | GeoJsonMultiPolygon,
): readonly PolygonRings[] {
  return geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
}

/** Calls `visit` with points along a ring, at most `stepMeters` apart. */
export function walkRing(
  ring: PolygonRings[number],
  stepMeters: number,
  visit: (lat: number, lon: number) => void,
): void {
  for (let i = 0; i < ring.length; i++) {
    const [lonA, latA] = ring[i]!;
    const [lonB, latB] = ring[(i + 1) % ring.length]!;
    const east = eastOf(lonB, lonA);
    const length = distanceMeters({ lat: latA, lon: lonA }, { lat: latB, lon: lonB });
    // A line that is straight in degrees can be longer than the great circle between its ends.
    const steps = Math.max(
      1,
      Math.ceil((1.5 * length) / stepMeters),
      Math.ceil(Math.abs(east) / 5),
    );
    for (let step = 0; step < steps; step++) {
      const share = step / steps;
      visit(latA + share * (latB - latA), lonA + share * east);
    }
  }
}

/** The middle of a ring's bounding box: where to look for a name or a time zone. */
export function ringMiddle(ring: PolygonRings[number]): LatLon {
  const origin = ring[0]?.[0] ?? 0;
  const easts = ring.map((vertex) => eastOf(vertex[0], origin));
  const lats = ring.map((vertex) => vertex[1]);
  const middle = (values: readonly number[]) => {
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    for (const value of values) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
    return (low + high) / 2;
  };
  const lon = origin + middle(easts);
  return { lat: middle(lats), lon: lon > 180 ? lon - 360 : lon < -180 ? lon + 360 : lon };
}
