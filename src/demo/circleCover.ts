import { distanceMeters } from "../geo/sphere.ts";

/** Half a degree of latitude; longitudes are counted on the same grid. */
const cellsPerDegree = 2;
const metersPerDegree = 111_195;

export interface Circle {
  readonly lat: number;
  readonly lon: number;
  readonly radiusMeters: number;
}

/** Counts by how many circles a point is covered: a grid keeps it fast over all of France. */
export interface CircleCover {
  readonly add: (circle: Circle) => void;
  readonly countAt: (lat: number, lon: number) => number;
}

export function createCircleCover(): CircleCover {
  const grid = new Map<number, Circle[]>();
  return {
    add: (circle) => {
      for (const key of gridKeys(circle)) {
        const list = grid.get(key);
        if (list === undefined) grid.set(key, [circle]);
        else list.push(circle);
      }
    },
    countAt: (lat, lon) => {
      const nearby = grid.get(gridKey(rowOf(lat), columnOf(lon))) ?? [];
      return nearby.filter((circle) => distanceMeters(circle, { lat, lon }) <= circle.radiusMeters)
        .length;
    },
  };
}

const rowOf = (lat: number): number => Math.floor((lat + 90) * cellsPerDegree);
const columnOf = (lon: number): number => Math.floor((lon + 180) * cellsPerDegree);
const columns = 360 * cellsPerDegree;
const gridKey = (row: number, column: number): number =>
  row * columns + ((column + columns) % columns);

/** Every grid cell that the circle's bounding box touches, over the antimeridian too. */
function gridKeys(circle: Circle): readonly number[] {
  const latSpan = (circle.radiusMeters / metersPerDegree) * 1.01;
  const lonSpan = latSpan / Math.cos((circle.lat * Math.PI) / 180);
  const keys: number[] = [];
  for (let row = rowOf(circle.lat - latSpan); row <= rowOf(circle.lat + latSpan); row++) {
    const last = columnOf(circle.lon + lonSpan);
    for (let column = columnOf(circle.lon - lonSpan); column <= last; column++) {
      keys.push(gridKey(row, column));
    }
  }
  return keys;
}
