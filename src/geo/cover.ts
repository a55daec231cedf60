import {
  cellToLatLng,
  getHexagonAreaAvg,
  getHexagonEdgeLengthAvg,
  gridDisk,
  latLngToCell,
  polygonToCells,
} from "h3-js";
import { polygonAreaM2, walkRing } from "./rings.ts";
import { nearestSite, type Site, type SiteIndex } from "./sites.ts";
import { distanceMeters } from "./sphere.ts";
import type { CellId, CompiledCircle, LatLon, PolygonRings } from "./types.ts";

/**
 * Covers that miss nothing. A point belongs to the ancestors of its resolution-10 cell, and ancestors are not quite the
 * hexagons they are drawn as. What holds is a distance: no point is farther from the centre of its ancestor at resolution
 * r than `reachOfCell(r)`. So every cell whose centre is that near to the shape goes into the cover.
 */

/** The farthest that a descendant lies from its cell's centre, metres: 1.14 average edges measured worldwide, 1.2 taken. */
export function reachOfCell(resolution: number): number {
  return 1.2 * (edges[resolution] as number);
}

const edges = Array.from({ length: 16 }, (_, it) => getHexagonEdgeLengthAvg(it, "m"));
const areas = Array.from({ length: 16 }, (_, it) => getHexagonAreaAvg(it, "m2"));

/** A set of cells of one resolution that covers a shape. */
export interface Cover {
  readonly resolution: number;
  readonly cells: ReadonlySet<CellId>;
}

export function cellCentre(cell: CellId): LatLon {
  const [lat, lon] = cellToLatLng(cell);
  return { lat, lon };
}

/** At most some 400 cells, never finer than resolution 9. About 0.2 ms for 10 km. */
export function circleToCover(circle: CompiledCircle): Cover {
  const radius = circle.radiusMeters;
  let resolution = 9;
  while (resolution > 1 && radius / (edges[resolution] as number) > 14) resolution--;
  const limit = radius + reachOfCell(resolution);
  // Rows of cells are 1.5 edges apart on average and never under 1.1.
  const rings = Math.ceil(limit / (1.1 * (edges[resolution] as number))) + 1;
  const disk = gridDisk(latLngToCell(circle.lat, circle.lon, resolution), rings);
  const cells = disk.filter((cell) => distanceMeters(cellCentre(cell), circle) <= limit);
  return { resolution, cells: new Set(cells) };
}

/**
 * The cells along the rings and those whose centre is inside, of all polygons in one resolution: some 2,000 at most unless
 * the outline is very long, and fewer for thousands of vertices, each of which every cell is held against.
 */
export function polygonsToCover(polygons: readonly PolygonRings[]): Cover {
  const resolution = resolutionForPolygons(polygons);
  const cells = new Set<CellId>();
  const visited = new Set<CellId>();
  for (const rings of polygons) addPolygonCells(rings, resolution, cells, visited);
  return { resolution, cells };
}

function addPolygonCells(
  rings: PolygonRings,
  resolution: number,
  cells: Set<CellId>,
  visited: Set<CellId>,
): void {
  const edge = edges[resolution] as number;
  const held = polygonToCells(
    rings.map((ring) => ring.map(([lon, lat]) => [lat, lon])),
    resolution,
  );
  for (const cell of held) cells.add(cell);
  const step = edge / 2;
  // From a point of the outline to its cell's centre, from there to the centre of a cell that must be in.
  const limit = 2 * reachOfCell(resolution) + step;
  for (const ring of rings)
    walkRing(ring, step, (lat, lon) => {
      const cell = latLngToCell(lat, lon, resolution);
      if (visited.has(cell)) return;
      visited.add(cell);
      const centre = cellCentre(cell);
      for (const near of gridDisk(cell, 2))
        if (!cells.has(near) && distanceMeters(cellCentre(near), centre) <= limit) cells.add(near);
    });
}

/** Cells of a cover times vertices: 50 ms. */
const maxCoverWork = 2_000_000;

function resolutionForPolygons(polygons: readonly PolygonRings[]): number {
  let area = 0;
  let outline = 0;
  let vertices = 0;
  for (const rings of polygons) {
    area += polygonAreaM2(rings);
    for (const ring of rings) {
      vertices += ring.length;
      for (let i = 1; i < ring.length; i++) {
        const [a, b] = [ring[i - 1]!, ring[i]!];
        outline += distanceMeters({ lat: a[1], lon: a[0] }, { lat: b[1], lon: b[0] });
      }
    }
  }
  const cellCount = (resolution: number) =>
    area / (areas[resolution] as number) + outline / (edges[resolution] as number);
  const most = Math.max(200, Math.min(2000, maxCoverWork / vertices));
  let resolution = 9;
  while (resolution > 1 && cellCount(resolution) > most) resolution--;
  return resolution;
}

/**
 * The surroundings of some sites: all cells that may hold a point whose nearest site is one of them.
 * Moving away from a site never brings a point back into its surroundings, so a flood from the sites finds them all.
 */
export function sitesToCover(index: SiteIndex, sites: ReadonlySet<Site>): Cover {
  const usual = sites.size <= 3 ? 8 : sites.size <= 30 ? 7 : sites.size <= 1200 ? 6 : 5;
  // Empty lands, where the nearest site is far to seek, are taken in large cells at once.
  const first = [...sites].some((it) => it.reachMeters > 50_000) ? 5 : usual;
  for (let resolution = first; resolution > 3; resolution--) {
    const cells = floodFromSites(index, sites, resolution, resolution > 6 ? 1000 : 4000);
    if (cells !== null) return { resolution, cells };
  }
  const cells = floodFromSites(index, sites, 3, Number.POSITIVE_INFINITY);
  return { resolution: 3, cells: cells ?? new Set() };
}

function floodFromSites(
  index: SiteIndex,
  sites: ReadonlySet<Site>,
  resolution: number,
  limit: number,
): Set<CellId> | null {
  const cells = new Set<CellId>();
  const rejected = new Set<CellId>();
  const queue: CellId[] = [];
  for (const site of sites) {
    const cell = latLngToCell(site.lat, site.lon, resolution);
    if (cells.has(cell)) continue;
    cells.add(cell);
    queue.push(cell);
  }
  for (let cell = queue.pop(); cell !== undefined; cell = queue.pop()) {
    for (const near of gridDisk(cell, 1)) {
      if (cells.has(near) || rejected.has(near)) continue;
      if (mayHoldPointOf(index, sites, near, resolution)) {
        cells.add(near);
        queue.push(near);
      } else rejected.add(near);
    }
    if (cells.size > limit) return null;
  }
  return cells;
}

function mayHoldPointOf(
  index: SiteIndex,
  sites: ReadonlySet<Site>,
  cell: CellId,
  resolution: number,
): boolean {
  const centre = cellCentre(cell);
  const reach = reachOfCell(resolution);
  const any = nearestSite(index, centre.lat, centre.lon, 1_000_000);
  if (any === null) return false;
  const nearestMeters = distanceMeters(centre, any);
  if (sites.has(any)) return nearestMeters <= any.reachMeters + reach;
  const within = nearestMeters + 2 * reach;
  const own = nearestSite(index, centre.lat, centre.lon, within, (site) => sites.has(site));
  return own !== null && distanceMeters(centre, own) <= own.reachMeters + reach;
}
