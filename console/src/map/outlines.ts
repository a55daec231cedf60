import { destination } from "../../../src/geo/sphere.ts";
import type { LatLon, ZoneArea } from "../../../src/geo/types.ts";

export type LonLat = readonly [lon: number, lat: number];
export type Ring = readonly LonLat[];

const steps = 96;

/** A circle's border, closed. */
export function circleRing(centre: LatLon, radiusMeters: number): Ring {
  return Array.from({ length: steps + 1 }, (_, step) => {
    const { lat, lon } = destination(centre, radiusMeters, (360 * (step % steps)) / steps);
    return [lon, lat] as const;
  });
}

/** The borders of what was drawn; areas that only the server knows have none. */
export function ringsOf(areas: readonly ZoneArea[]): readonly Ring[] {
  return areas.flatMap((area): readonly Ring[] => {
    if (area.type === "circle") return [circleRing(area, area.radiusMeters)];
    if (area.type !== "polygon") return [];
    const { geometry } = area;
    return geometry.type === "Polygon" ? geometry.coordinates : geometry.coordinates.flat();
  });
}

export interface Bounds {
  readonly west: number;
  readonly south: number;
  readonly east: number;
  readonly north: number;
}

/** What holds all points; null = there are none. */
export function boundsOf(points: readonly LonLat[]): Bounds | null {
  if (points.length === 0) return null;
  const lons = points.map(([lon]) => lon);
  const lats = points.map(([, lat]) => lat);
  return {
    west: Math.min(...lons),
    south: Math.min(...lats),
    east: Math.max(...lons),
    north: Math.max(...lats),
  };
}

/** Metropolitan France. */
export const franceBounds: Bounds = { west: -5.2, south: 41.3, east: 9.6, north: 51.1 };
